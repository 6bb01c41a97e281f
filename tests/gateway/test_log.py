"""What an operator reads: refusals that cannot flood the log, and one line for the end of each connection."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
from tests.cluster.process import Server
from tests.gateway.wire import Json, guest

pytestmark = pytest.mark.processes

SETTINGS = {"log_json": "true", "trusted_proxies": "127.0.0.0/8", "limits_commands_burst": "60"}
FLOOD = 300
HERE = "203.0.113.9"


def lines(server: Server, event: str) -> list[Json]:
    found = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    return [line for line in found if line["event"] == event]


async def test_a_flood_of_refusals_is_a_few_lines_and_a_sum_and_is_counted(tmp_path: Path) -> None:
    """Refusals for a used-up allowance were in no metric and in no log; other ones wrote a line each."""
    server = Server(tmp_path, **SETTINGS)
    await asyncio.to_thread(server.start)
    try:
        async with guest(server.url, source=HERE) as flooder, guest(server.url, source="198.51.100.4") as other:
            await other.opens()
            answers = [await flooder.asks("leave_room") for _ in range(FLOOD)]
            metrics = await _text(server.url + "/metrics")
    finally:
        await asyncio.to_thread(server.term)
    refused = [answer["code"] for answer in answers]
    too_many = refused.count("too_many")
    assert too_many > 100
    assert f'paddock_rate_limited_total{{limit="messages"}} {float(too_many)}' in metrics
    written = [line for line in lines(server, "gateway.refused") if line.get("code") == "too_many"]
    assert len(written) <= 12
    summed = sum(line["suppressed"] for line in written if "suppressed" in line)
    assert summed + sum("suppressed" not in line for line in written) == too_many
    assert len({line["source"] for line in written}) == 1
    assert HERE not in server.output


async def test_the_end_of_a_connection_is_one_line_with_whom_how_long_and_why(tmp_path: Path) -> None:
    server = Server(tmp_path, **SETTINGS)
    await asyncio.to_thread(server.start)
    try:
        async with guest(server.url, source=HERE) as mina:
            await mina.opens(name="Mina")
            code = mina.code
    finally:
        await asyncio.to_thread(server.term)
    [line] = lines(server, "session.closed")
    assert (line["room"], line["transport"]) == (code, "websocket")
    assert line["player"]
    assert line["reason"] in {"client namespace disconnect", "transport close"}
    assert 0 <= line["seconds"] < 60
    assert len(line["source"]) == 12
    assert HERE not in server.output


async def _text(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.text()
