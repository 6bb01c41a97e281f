"""The page that documents the REST API: readable on a phone and a desk, by keyboard, and without anything inline."""

from __future__ import annotations

import pytest
from tests.browser.conftest import Arrives
from tests.browser.person import DESK, PHONE
from tests.browser.test_pages import AXE, faults
from tests.cluster.process import Server


@pytest.mark.parametrize(("theme", "size"), [("light", PHONE), ("dark", DESK)], ids=["phone", "desk"])
async def test_it_is_whole_and_leads_everywhere(
    quick: Server, arrives: Arrives, theme: str, size: tuple[int, int]
) -> None:
    reader = await arrives(quick, theme=theme, size=size)
    await reader.opens("/api/docs")
    page = reader.page

    assert await faults(reader, AXE.read_text("utf-8")) == []
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background != "rgba(0, 0, 0, 0)"  # the style sheet is there
    await page.get_by_role("link", name="/api/leaderboards/{board}").click()
    assert page.url.endswith("#board")
    heading = page.locator("#board h3")
    assert (await heading.bounding_box() or {"y": -1})["y"] < size[1]
    await page.locator("#board").get_by_role("link", name="BoardPage").click()
    assert page.url.endswith("#type-BoardPage")
