"""The server is killed while two people watch: their pages say so, come back by themselves, and nothing is lost."""

from __future__ import annotations

import asyncio

from playwright.async_api import expect
from tests.browser.conftest import Arrives
from tests.browser.person import DESK, RACE_MS, Person
from tests.browser.test_round import as_shown, record_of
from tests.cluster.process import Server

from paddock.domain.record import verify

PICKS = {"Mina": 0, "준": 3}


async def assert_all_is_there(people: dict[str, Person], seats: list[tuple[str | None, str | None]]) -> None:
    """See on every page: the connection, everybody's seat and mark, one's own pick, the talk."""
    for name, who in people.items():
        await expect(who.sees("link-overlay")).to_have_count(0)
        await expect(who.sees("link-bar")).to_have_count(0)
        await expect(who.page.locator("[data-testid=seat][data-away=false]")).to_have_count(len(people))
        assert await who.seats() == seats
        await expect(who.sees(f"racer-{PICKS[name]}")).to_have_attribute("aria-pressed", "true")
        await expect(who.page.locator("[data-testid^=racer-][aria-pressed=true]")).to_have_count(1)
        await expect(who.sees("chat-line")).to_have_count(1)


async def test_both_come_back_by_themselves(own: Server, arrives: Arrives) -> None:
    mina = await arrives(own, language="en", size=DESK)
    jun = await arrives(own, language="ko")
    people = {"Mina": mina, "준": jun}
    await mina.opens("/")
    code = await mina.makes_room("Mina")
    await jun.comes_in(f"/r/{code}", "준")
    for name, who in people.items():
        await who.picks(PICKS[name])
    await jun.sees("chat-input").fill("커피 내기 시작!")
    await jun.presses("chat-send")
    await expect(mina.page.locator("[data-testid=seat][data-picked=true]")).to_have_count(2)
    seats = await mina.seats()
    for who in people.values():
        who.server_may_be_gone = True

    own.kill()
    for who in people.values():
        await expect(who.sees("link-bar")).to_be_visible()
    for who in people.values():
        await expect(who.sees("link-overlay")).to_be_visible()
    await asyncio.to_thread(own.start)
    await assert_all_is_there(people, seats)

    await mina.presses("start")
    await mina.comes_to("racing")
    await expect(jun.sees("order").locator("li")).to_have_count(2)
    await expect(mina.sees("race-clock")).to_have_text("00:02")
    own.kill()
    await asyncio.to_thread(own.start)

    for who in people.values():
        await expect(who.sees("payer")).to_be_visible(timeout=RACE_MS)
    race = await mina.sees("history-line").first.get_attribute("data-race")
    assert race is not None
    kept = record_of(own, race)
    assert verify(kept) == ()
    assert await mina.order() == await jun.order() == as_shown(kept)
    assert dict(kept.card.picks) == {
        next(player for player, name in kept.names.items() if name == who): racer for who, racer in PICKS.items()
    }
    for who in people.values():
        await expect(who.sees("history-line")).to_have_count(1)
        assert "gathering" not in " ".join((await who.diary())[1:]), "no phase came twice"
