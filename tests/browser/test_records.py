"""What is recorded is found again: a race in history and replay, on the boards, in its players' own records."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import expect
from tests.browser.conftest import PACE, Arrives
from tests.browser.person import DESK, RACE_MS, Person
from tests.browser.test_ways import tabs_to
from tests.cluster.books import sprint
from tests.cluster.conftest import serving
from tests.cluster.process import Server

PAID = {"ko": "커피는 {}", "en": "coffee on {}"}


class Raced(NamedTuple):
    """Two people after one race, still in their room."""

    code: str
    race: str
    payer: str
    mina: Person
    jun: Person


@pytest_asyncio.fixture(loop_scope="session")
async def raced(quick: Server, arrives: Arrives) -> AsyncIterator[Raced]:
    """Mina on an English desk and Jun on a Korean phone have run one race."""
    mina = await arrives(quick, language="en", size=DESK)
    jun = await arrives(quick, language="ko")
    await mina.opens("/")
    code = await mina.makes_room("Mina")
    await jun.comes_in(f"/r/{code}", "준")
    await mina.picks(1)
    await jun.picks(3)
    await mina.presses("start")
    for who in (mina, jun):
        await expect(who.sees("payer")).to_be_visible(timeout=RACE_MS)
    payer = await mina.sees("payer").text_content()
    race = await mina.sees("history-line").first.get_attribute("data-race")
    assert payer is not None
    assert race is not None
    yield Raced(code, race, payer, mina, jun)


async def beside(who: Person, testid: str) -> Person:
    """Follow a link that opens in another tab, so that the seat stays."""
    async with who.page.context.expect_page() as opened:
        await who.presses(testid)
    page = await opened.value
    tab = Person(page, who.base)
    tab.complaints = who.complaints
    # Nobody is known before the first race is recorded, which takes a moment on a busy machine.
    tab.may_be_refused |= {"/api/profiles/me"}
    return tab


async def test_a_race_is_found_again_in_both_languages(raced: Raced) -> None:
    for who, language in ((raced.mina, "en"), (raced.jun, "ko")):
        tab = await beside(who, "whole-history")
        row = tab.page.locator(f"[data-testid=round][data-race='{raced.race}']")
        await expect(row).to_contain_text(PAID[language].format(raced.payer))
        await tabs_to(tab, "fold")
        await tab.page.keyboard.press("Enter")
        await expect(row.get_by_test_id("heat")).to_contain_text("Mina")
        await expect(row.get_by_test_id("heat")).to_contain_text("준")
        await row.get_by_test_id("watch").first.click()
        await expect(tab.sees("payer")).to_contain_text(raced.payer)
        await expect(tab.sees("verify-verdict")).to_have_attribute("data-verdict", "yes")
        await tab.page.go_back()
        await expect(tab.sees("history-page")).to_be_visible()

        await tab.presses("room-board")
        await tab.comes_to_see("board-row")
        payer = tab.page.locator("[data-testid=board-row]", has_text=raced.payer)
        await expect(payer).to_have_attribute("data-rank", "1")
        await expect(tab.sees("board-row")).to_have_count(1)
        await tab.page.get_by_test_id("board-races").click()
        await expect(tab.sees("board-row")).to_have_count(2)
        await expect(tab.sees("own-place")).not_to_have_attribute("data-rank", "")
        await tab.page.get_by_test_id("period-month").click()
        await expect(tab.sees("board-row")).to_have_count(2)
        await tab.presses("earlier")
        await expect(tab.sees("empty")).to_be_visible()
        await tab.presses("later")
        await expect(tab.sees("board-row")).to_have_count(2)
        await tab.page.get_by_test_id("board-win_rate").click()
        await expect(tab.sees("least")).to_contain_text("5")
        await expect(tab.sees("board-row")).to_have_count(0)

        await tab.opens("/me")
        await expect(tab.sees("count-races")).to_have_text("1")
        await expect(tab.sees("profile-name")).to_have_text("Mina" if language == "en" else "준")
        await tab.presses("to-stats")
        await expect(tab.sees("chart-days")).to_be_visible()
        await expect(tab.sees("totals").locator("dd").first).not_to_have_text("0")
        await expect(tab.page.locator("html")).to_have_attribute("lang", language)
        await tab.page.close()
        await expect(who.sees("podium")).to_be_visible()


async def test_a_record_moves_to_another_browser_by_a_code_that_works_once(
    raced: Raced, quick: Server, arrives: Arrives
) -> None:
    mina = await beside(raced.mina, "whole-history")
    await mina.opens("/me")
    await mina.comes_to_see("profile-name")
    await mina.presses("offer-move")
    code = await mina.sees("move-code").text_content()
    assert code is not None

    other = await arrives(quick, language="ko")
    stranger = await arrives(quick, language="en")
    for who in (other, stranger):
        who.may_be_refused |= {"/api/profiles/me", "/api/profiles/me/move"}
        await who.opens("/me")
        await expect(who.sees("empty")).to_be_visible()
        await who.sees("move-input").fill(code.lower())
        await who.presses("take-move")
        if who is other:
            await expect(who.sees("profile-name")).to_have_text("Mina")
            await expect(who.sees("count-races")).to_have_text("1")
    await expect(stranger.sees("take-problem")).not_to_be_empty()
    await expect(stranger.sees("empty")).to_be_visible()

    await other.sees("profile-rename-input").fill("민아")
    await other.presses("profile-rename")
    await expect(other.sees("profile-name")).to_have_text("민아")
    await mina.opens("/me")
    await expect(mina.sees("profile-name")).to_have_text("민아")


async def test_everything_of_a_person_can_be_taken_along_and_deleted(raced: Raced, tmp_path: Path) -> None:
    jun = await beside(raced.jun, "whole-history")
    await jun.opens("/me")
    await jun.comes_to_see("profile-name")
    async with jun.page.expect_download() as download:
        await jun.presses("export")
    file = tmp_path / "mine.json"
    await (await download.value).save_as(file)
    mine = json.loads(file.read_text())
    assert mine["profile"]["name"] == "준"
    assert [line["race"] for line in mine["races"]] == [raced.race]

    await jun.presses("erase")
    await expect(jun.sees("erase-ask")).to_be_visible()
    await jun.presses("erase-cancel")
    await expect(jun.sees("profile-name")).to_be_visible()
    await jun.presses("erase")
    await jun.presses("erase-sure")
    await expect(jun.sees("empty")).to_be_visible()

    # The race stays, without the name: as a row, and as a replay that anybody can still check.
    await jun.opens(f"/r/{raced.code}/history")
    await jun.sees("fold").first.click()
    await expect(jun.sees("heat")).to_contain_text("Mina")
    await expect(jun.sees("runner")).to_have_count(1)
    await jun.opens(f"/race/{raced.race}")
    await expect(jun.sees("verify-verdict")).to_have_attribute("data-verdict", "yes")


async def test_while_the_database_is_away_play_goes_on_and_the_pages_say_so(
    tmp_path_factory: pytest.TempPathFactory, arrives: Arrives
) -> None:
    away: dict[str, str | int] = {
        "database": f"postgresql://nobody@127.0.0.1:{closed_port()}/none",
        "archive_late_s": 1,
    }
    with serving(tmp_path_factory.mktemp("away"), sprint(), **PACE, **away) as server:
        mina = await arrives(server, language="en")
        jun = await arrives(server, language="ko")
        await mina.opens("/")
        code = await mina.makes_room("Mina")
        await jun.comes_in(f"/r/{code}", "준")
        await mina.picks(0)
        await jun.picks(2)
        await mina.presses("start")
        await expect(jun.sees("payer")).to_be_visible(timeout=RACE_MS)
        await expect(mina.sees("delayed")).to_contain_text("Saving is delayed")
        await expect(jun.sees("saving-delayed")).to_be_visible()
        await mina.presses("verify")
        await expect(mina.sees("verify-verdict")).to_have_attribute("data-verdict", "yes")

        jun.may_be_refused |= {"/api/leaderboards/paid", "/api/profiles/me"}
        for path in ("/boards", "/me"):
            await jun.opens(path)
            await expect(jun.sees("trouble")).to_have_attribute("data-code", "unavailable")
            await expect(jun.sees("trouble")).to_contain_text("게임은 그대로")
            await expect(jun.sees("again")).to_be_enabled()


def closed_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
