"""A whole round in two real browsers, in Korean and in English: secret picks, one race, a run-off, one payer."""

from __future__ import annotations

import json
from urllib.request import urlopen

import msgspec
import pytest
from playwright.async_api import expect
from tests.browser.conftest import Arrives
from tests.browser.person import DESK, RACE_MS, Person
from tests.cluster.process import Server

from paddock.domain.record import RaceRecord, verify

NAMES = {"ko": ("호랑이띠 민아", "준"), "en": ("Mina", "Jun")}
WHOLE_ROUND = [
    "gathering paddock-gate",
    "drawing paddock-draw",
    "countdown paddock-reveal",
    "racing paddock-race",
    "podium paddock-result",
    "runoff paddock-reveal",
    "racing paddock-race",
    "podium paddock-result",
]

MOVES = """
(canvas) => new Promise((moved) => {
  const before = canvas.toDataURL();
  const look = () => (canvas.toDataURL() === before ? requestAnimationFrame(look) : moved());
  look();
})
"""
"""Comes back once the picture on a canvas has changed."""


def record_of(server: Server, race: str) -> RaceRecord:
    """Fetch the public record of a race."""
    with urlopen(f"{server.url}/api/races/{race}", timeout=60) as answer:
        return msgspec.json.decode(answer.read(), type=RaceRecord)


def as_shown(kept: RaceRecord) -> list[tuple[int, int]]:
    """Give the order of a record as a podium lists it: racer and rank, joint ranks included."""
    lines: list[tuple[int, int]] = []
    for group in kept.order:
        rank = len(lines) + 1
        lines += [(lane, rank) for lane in group]
    return lines


async def gate(who: Person) -> list[str]:
    """Give all that the racers' cards show and say."""
    cards = who.page.locator("[data-testid^=racer-]")
    await expect(cards).to_have_count(5)
    return [await card.evaluate("card => card.outerHTML") for card in await cards.all()]


async def own_words(who: Person) -> str:
    """Give all the page knows and holds, as text."""
    text: str = await who.page.evaluate("JSON.stringify(document.querySelector('paddock-app').client.store.state)")
    return text


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_two_people_one_race_one_payer(quick: Server, arrives: Arrives, language: str) -> None:
    mina = await arrives(quick, language=language, size=DESK)
    jun = await arrives(quick, language=language)
    await mina.opens("/")
    await expect(mina.page.locator("html")).to_have_attribute("lang", language)
    await mina.makes_room(NAMES[language][0])
    link = await mina.sees("room-link").text_content()
    assert link is not None
    await jun.comes_in(link.strip(), NAMES[language][1])

    # Jun sees that Mina has picked, and nothing else changes on his page.
    before = await gate(jun)
    await mina.picks(2)
    hers = jun.page.locator("[data-testid=seat][data-picked=true]")
    await expect(hers).to_have_count(1)
    assert await gate(jun) == before
    assert json.loads(await own_words(jun))["own"]["pick"] is None
    assert '"picks"' not in await own_words(jun)
    await jun.picks(2)
    await expect(mina.page.locator("[data-testid=seat][data-picked=true]")).to_have_count(2)

    await mina.presses("start")
    await mina.comes_to("racing")
    await expect(mina.sees("track")).to_be_visible()
    await mina.sees("track").evaluate(MOVES)
    await expect(mina.sees("order").locator("li")).to_have_count(1)

    await expect(mina.sees("payer")).to_be_visible(timeout=RACE_MS)
    await expect(jun.sees("payer")).to_be_visible(timeout=RACE_MS)
    assert await mina.diary() == WHOLE_ROUND
    assert (await jun.diary())[-8:] == WHOLE_ROUND

    state = json.loads(await own_words(mina))
    kept = record_of(quick, state["room"]["phase"]["result"]["card"]["race"])
    assert verify(kept) == ()
    assert await mina.order() == await jun.order() == as_shown(kept)
    for who in (mina, jun):
        payer = who.sees("payer")
        assert await payer.get_attribute("data-player") == kept.payers[0]
        assert await payer.text_content() == kept.names[kept.payers[0]]
        await expect(who.sees("history-line")).to_have_count(2)

    await jun.presses("verify")
    await expect(jun.sees("verify-verdict")).to_have_attribute("data-verdict", "yes")
    await expect(jun.sees("seed")).to_have_text(kept.seed)
    await mina.presses("next-round")
    await mina.comes_to("gathering")
    await jun.comes_to("gathering")
