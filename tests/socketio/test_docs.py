"""The page about this package and the examples: what they say is so, and what they show runs."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import aiohttp
import pytest
from aiohttp import web

from paddock.socketio import Options, Server

from .harness import Stand, running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "realtime.md").read_text("utf-8")


def test_the_table_names_every_bound_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d,.]+) \|", PAGE, re.MULTILINE))
    defaults = {
        field.name: f"{field.default:,g}" if isinstance(field.default, float) else f"{field.default:,}"
        for field in fields(Options)
        if isinstance(field.default, (int, float)) and not isinstance(field.default, bool)
    }
    assert rows == defaults


def test_every_option_is_explained_where_it_stands() -> None:
    text = inspect.getdoc(Options) or ""
    assert [field.name for field in fields(Options) if f"\n    {field.name}: " not in text] == []


def test_the_page_stays_short_and_its_links_lead_somewhere() -> None:
    assert len(PAGE.splitlines()) < 150
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
    assert (ROOT / "examples" / "chat.py").exists()


async def test_the_server_of_the_page_serves() -> None:
    shown: dict[str, object] = {}
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0], shown)  # the page is part of this repository
    serve = shown["serve"]
    assert callable(serve)
    runner = await serve(0)
    assert isinstance(runner, web.AppRunner)
    try:
        async with aiohttp.ClientSession() as http:
            stand = Stand(runner.addresses[0][1], "/socket.io", http)
            async with stand.opened() as stranger:
                await stranger.send("40")
                assert await stranger.text() == '44{"message":"who are you?","data":{"field":"token"}}'
            async with stand.connected('40{"token":1}') as first, stand.connected('40{"token":2}') as second:
                await first.send('427["say","hello"]')
                assert await first.text() == "437[2]"
                assert await second.text() == '42["said","hello"]'
                await second.send("41")
                assert (await first.text()).startswith('42["left",')
    finally:
        await runner.cleanup()


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


async def test_the_chat_of_the_examples_works(monkeypatch: pytest.MonkeyPatch) -> None:
    sio = load("chat", monkeypatch).sio
    assert isinstance(sio, Server)
    async with running(sio) as stand:
        async with stand.opened() as stranger:
            await stranger.send("40")
            assert await stranger.text() == '44{"message":"a name, please","data":{"field":"name"}}'
        async with stand.connected('40{"name":"Mina"}') as mina:
            async with stand.connected('40{"name":"Jun"}') as jun:
                assert await mina.text() == '42["entered","Jun"]'
                await jun.send('420["say","hello"]')
                assert await jun.text() == '42["said","Jun","hello"]'
                assert await jun.text() == "430[2]"
                assert await mina.text() == '42["said","Jun","hello"]'
            assert await mina.text() == '42["left","Jun","transport close"]'
