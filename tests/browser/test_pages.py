"""Every page in its main states, in both themes: axe finds nothing serious, and nothing scrolls sideways on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.browser.chromium import ROOT
from tests.browser.conftest import Arrives
from tests.browser.person import DESK, PHONE, Person
from tests.browser.walk import Walk
from tests.cluster.books import sprint
from tests.cluster.conftest import serving
from tests.cluster.process import Server

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) =>
        `${id} at ${target.flat().join(" ")}: ${failureSummary.split("\\n").slice(1, 3).join(";")}`));
}
"""


@pytest.fixture
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which every phase lasts long enough to be looked at."""
    pace = {
        "pace_reason_ms": 2000,
        "pace_countdown_ms": 6000,
        "pace_replay_hold_ms": 2000,
        "pace_runoff_ms": 6000,
        "pace_tail_ms": 1500,
    }
    with serving(tmp_path_factory.mktemp("patient"), sprint(), **pace) as server:
        yield server


async def faults(who: Person, axe: str) -> list[str]:
    """Give what is wrong with what is on screen."""
    page = who.page
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe)
    found: list[str] = await page.evaluate(_SERIOUS)
    width: Any = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if width[0] > width[1]:
        found.append(f"{width[0]} px wide on a screen of {width[1]} px")
    return found


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("ko", "light", PHONE), ("en", "dark", PHONE), ("en", "light", DESK)],
    ids=["korean-day-phone", "english-night-phone", "english-day-desk"],
)
async def test_every_page_can_be_used_by_everybody(
    patient: Server, arrives: Arrives, language: str, theme: str, size: tuple[int, int]
) -> None:
    # Motion off: a colour half-way through a transition is no colour of the page.
    me = await arrives(patient, language=language, theme=theme, size=size, calm=True)
    axe = Path(AXE).read_text()
    found: dict[str, list[str]] = {}

    async def look(stop: str) -> None:
        found[stop] = await faults(me, axe)

    async with AsyncExitStack() as stack:
        walk = Walk(patient, me, stack, look, language)
        await walk.door()
        await walk.endings()
        race = await walk.round(await walk.room())
        await walk.replay(race)
        await walk.records(race)

    faulty: dict[str, list[str]] = {}
    for stop, faults_there in found.items():
        for fault in faults_there:
            faulty.setdefault(fault, []).append(stop)
    told = "\n".join(f"{fault} ({', '.join(stops)})" for fault, stops in faulty.items())
    assert not told, told
    assert len(found) == 28, "no stop was left out"
