"""The examples of `docs/api.md` do what the page says they do."""

from __future__ import annotations

import json
import re
from pathlib import Path

from aiohttp import ClientSession
from tests.api.curl import curl
from tests.api.filled import DEVICE, OTHER, RACE, ROOM, filled

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "api.md").read_text("utf-8")
HERE = "http://localhost:8080"


def examples() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


async def test_every_example_is_answered(tmp_path: Path) -> None:
    async with filled(tmp_path) as url, ClientSession() as web:
        code = ""
        for example in examples():
            line = example.replace(HERE, url).replace("DEVICE", DEVICE).replace("OTHER", OTHER).replace("CODE", code)
            status, body = await curl(web, line)
            assert status in {200, 201, 204}, (example, status, body)
            if example.endswith("/move-code'"):
                code = json.loads(body)["code"]

    told = "\n".join(examples())
    assert len(examples()) >= 15
    assert ROOM in told
    assert RACE in told


def test_it_names_every_status_and_every_way_of_keeping() -> None:
    from paddock.api.addresses import Keeping
    from paddock.api.problems import ProblemCode

    for keeping in Keeping:
        assert f"`{keeping.value}`" in GUIDE
    for code in ProblemCode:
        assert str(code.status) in GUIDE or code.status == 500, code
