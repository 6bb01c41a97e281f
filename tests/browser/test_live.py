"""The live second: whoever comes late or reloads in mid-race sees the moment that everybody else sees."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import expect
from tests.browser.conftest import PACE, Arrives
from tests.browser.person import DESK, RACE_MS, Person
from tests.browser.test_round import as_shown, record_of
from tests.cluster.conftest import serving
from tests.cluster.process import Server

from paddock.domain.record import verify
from paddock.races.settings import load_book

TOGETHER_MS = 500
"""How far apart two pages may be."""
WRITTEN_MS = 1000
"""The clock on the page is written in whole seconds, four times a second."""
_SCREEN = """
(stage) => {
  const { now, startsAt, segments } = stage.source();
  const [minutes, seconds] = stage.shadowRoot.querySelector("[data-testid=race-clock]").textContent.trim().split(":");
  return {
    at: now - startsAt,
    wall: Date.now(),
    written: (Number(minutes) * 60 + Number(seconds)) * 1000,
    segments: segments.map((lane) => lane.map(({ t, mm, speed }) => [t, mm, speed])),
  };
}
"""

Screen = dict[str, Any]


@pytest.fixture
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the races that ship with Paddock."""
    with serving(tmp_path_factory.mktemp("shipped"), load_book(), **PACE) as server:
        yield server


async def screen(who: Person) -> Screen:
    """Read off a page which moment of the race it draws, and what it knows of the race."""
    shown: Screen = await who.page.locator("paddock-stage").evaluate(_SCREEN)
    return shown


def places(shown: Screen, at: int) -> list[int]:
    """Give where each racer is on this page at a moment of the race, in mm."""
    far: list[int] = []
    for lane in shown["segments"]:
        begun = [(t, mm, speed) for t, mm, speed in lane if t <= at]
        t, mm, speed = begun[-1] if begun else (0, 0, 0)
        far.append(mm + int(speed * (at - t) / 1000))
    return far


async def test_a_late_joiner_and_a_reloading_player_land_at_the_live_second(shipped: Server, arrives: Arrives) -> None:
    mina = await arrives(shipped, language="en", size=DESK)
    jun = await arrives(shipped, language="ko")
    sora = await arrives(shipped, language="en")
    await mina.opens("/")
    code = await mina.makes_room("Mina")
    await jun.comes_in(f"/r/{code}", "준")
    await mina.picks(0)
    await jun.picks(3)
    await mina.presses("start")
    await mina.comes_to("racing")
    await expect(mina.sees("race-clock")).to_have_text("00:04")

    await asyncio.gather(sora.comes_in(f"/r/{code}", "Sora"), jun.page.reload())
    for who in (jun, sora):
        await who.comes_to("racing")
        await expect(who.sees("order").locator("li")).to_have_count(2)

    shown = await asyncio.gather(*(screen(who) for who in (mina, jun, sora)))
    begun = [one["wall"] - one["at"] for one in shown]
    assert max(begun) - min(begun) < TOGETHER_MS, "the race began at the same moment on every page"
    for one in shown:
        assert one["at"] > 4_000
        assert 0 <= one["at"] - one["written"] < WRITTEN_MS + TOGETHER_MS, "and that is the moment written on it"
    together = int(min(one["at"] for one in shown))
    assert places(shown[0], together) == places(shown[1], together) == places(shown[2], together)

    for who in (mina, jun, sora):
        await expect(who.sees("podium")).to_be_visible(timeout=RACE_MS)
    race = await mina.sees("history-line").first.get_attribute("data-race")
    assert race is not None
    kept = record_of(shipped, race)
    assert verify(kept) == ()
    assert [await who.order() for who in (mina, jun, sora)] == [as_shown(kept)] * 3
