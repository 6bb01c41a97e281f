"""A walk through every page in its main states: one person with a browser, friends on the wire, a look at each stop.

The same walk serves the checks of every page and the pictures of `scripts/screenshots.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final

from playwright.async_api import expect
from tests.browser.person import RACE_MS, Person
from tests.cluster.process import Server
from tests.gateway.wire import Guest, guest

Look = Callable[[str], Awaitable[None]]
"""What is done at each stop; told the stop's name."""

LONG: Final = {"ko": "이름이 아주아주아주 긴 사람입니다요", "en": "Bartholomew Longname"}
NAMES: Final = {"ko": ("민아", "준", "소라", "도하"), "en": ("Mina", "Jun", "Sora", "Doha")}
TALK: Final = {
    "ko": ("오늘은 라떼로 부탁해", "@민아 미리 고마워 ㅋㅋㅋ", "나는 거북이를 믿는다"),
    "en": ("A flat white for me", "@Mina thanks in advance", "I believe in the turtle"),
}


class Walk:
    """One walk of one person in one language."""

    def __init__(self, server: Server, me: Person, stack: AsyncExitStack, look: Look, language: str) -> None:
        self.server = server
        self.me = me
        self.look = look
        self.language = language
        self._stack = stack

    async def friend(self) -> Guest:
        """Let somebody connect over the wire."""
        return await self._stack.enter_async_context(guest(self.server.url))

    async def door(self) -> None:
        """The first page without rooms and with some, its options, an invitation, a password that is asked for."""
        me, names = self.me, NAMES[self.language]
        await me.opens("/")
        await expect(me.sees("rooms-count")).to_be_visible()
        await self.look("home")
        await me.presses("room-options")
        await me.page.get_by_test_id("listing-password").click()
        await expect(me.sees("new-password")).to_be_visible()
        await self.look("home-options")

        founder = await self.friend()
        await founder.opens(name=LONG[self.language], title="", rule="vote")
        jun = await self.friend()
        await jun.joins(founder.code, names[1])
        hidden = await self.friend()
        await hidden.opens(name=names[2], password="espresso", track=1000)
        await me.opens("/")
        await expect(me.sees("room-line").first).to_be_visible()
        await self.look("home-rooms")
        await me.opens(f"/r/{founder.code}")
        await expect(me.sees("join")).to_be_visible()
        await self.look("invite")
        await me.opens(f"/r/{hidden.code}")
        await me.sees("name-input").fill(names[0])
        await me.presses("join")
        await expect(me.sees("password-input")).to_be_visible()
        await self.look("invite-password")

    async def endings(self) -> None:
        """Being sent out, and an address that leads nowhere."""
        host = await self.friend()
        await host.opens(name=NAMES[self.language][1])
        await self.me.comes_in(f"/r/{host.code}", NAMES[self.language][0])
        joined = await host.hears_of("member_joined")
        await host.asks("kick", player=joined["member"]["player"])
        await expect(self.me.sees("terminal")).to_have_attribute("data-why", "kicked")
        await self.look("kicked")
        await self.me.opens("/no/such/place")
        await expect(self.me.sees("terminal")).to_have_attribute("data-why", "gone")
        await self.look("nowhere")

    async def room(self) -> list[Guest]:
        """A room of one's own: alone, with friends, its sheets, picked; gives the friends."""
        me, names = self.me, NAMES[self.language]
        await me.opens("/")
        code = await me.makes_room(names[0])
        await expect(me.sees("alone")).to_be_visible()
        await self.look("room-alone")
        friends = [await self.friend() for _ in range(4)]
        for one, name in zip(friends, (*names[1:], LONG[self.language]), strict=True):
            assert (await one.joins(code, name))["ok"]
        for one, text in zip(friends, TALK[self.language], strict=False):
            await one.asks("say", text=text)
        await friends[0].asks("pick_racer", racer=1)
        await friends[3].asks("give_up_seat")
        await expect(me.sees("chat-line")).to_have_count(len(TALK[self.language]))
        await self.look("room-people")
        for button, name in (("host-menu", "host-sheet"), ("menu", "my-sheet"), ("qr", "qr-sheet")):
            await me.presses(button)
            await expect(me.sees("sheet-close")).to_be_visible()
            await self.look(name)
            await me.presses("sheet-close")
            await expect(me.sees("sheet-close")).to_have_count(0)
        await me.picks(1)
        await self.look("room-picked")
        return friends

    async def vote_round(self, friends: list[Guest]) -> None:
        """A round in which it is voted who pays: the votes, the wheel, the payer."""
        me = self.me
        await me.presses("host-menu")
        await me.page.get_by_test_id("set-rule-vote").click()
        await me.presses("sheet-close")
        await expect(me.sees("vote-1")).to_be_visible()
        for number, one in enumerate(friends[:3]):
            assert (await one.asks("pick_racer", racer=(number + 2) % 5))["ok"]
            assert (await one.asks("cast_vote", rank=(1, 2, 2)[number]))["ok"]
        await me.presses("vote-3")
        await expect(me.sees("vote-2")).to_have_attribute("data-votes", "2")
        await self.look("vote")
        await me.presses("start")
        await expect(me.sees("draw")).to_be_visible()
        await self.look("roulette")
        await me.comes_to("countdown")
        await self.look("countdown-many")
        await me.comes_to("podium")
        await self.look("podium-after-vote")
        if await me.sees("next-round").count() == 0:
            await expect(me.sees("next-round")).to_be_visible(timeout=RACE_MS)
        await me.presses("next-round")
        await me.comes_to("gathering")
        await me.presses("host-menu")
        await me.page.get_by_test_id("set-rule-last").click()
        await me.presses("sheet-close")
        await me.picks(1)

    async def round(self, friends: list[Guest]) -> str:
        """A round with a run-off, since everybody is on one racer; gives the last race."""
        me = self.me
        for one in friends[:3]:
            view = (await one.resumes(one.code, one.token))["view"]
            if view["own"]["pick"] != 1:
                assert (await one.asks("pick_racer", racer=1))["ok"]
        await me.presses("start")
        await expect(me.sees("draw")).to_be_visible()
        await self.look("draw")
        await me.comes_to("countdown")
        await self.look("countdown")
        await me.comes_to("racing")
        await expect(me.sees("track")).to_be_visible()
        await expect(me.sees("order").locator("li")).to_have_count(1)
        await self.look("race-alone")
        await expect(me.sees("runoff-next")).to_be_visible(timeout=RACE_MS)
        await self.look("podium-several")
        await me.comes_to("runoff")
        await self.look("runoff")
        await me.comes_to("racing")
        await expect(me.sees("order").locator("li")).to_have_count(4)
        await friends[0].asks("say", text=TALK[self.language][2])
        # On a desk the talk stands beside the track, so the line over it is there but not shown.
        await expect(me.sees("floating-line").first).to_be_attached()
        await self.look("race")
        await expect(me.sees("payer")).to_be_visible(timeout=RACE_MS)
        await self.look("podium")
        await me.presses("verify")
        await expect(me.sees("verify-verdict")).to_be_visible()
        await self.look("podium-verify")
        race = await me.sees("history-line").first.get_attribute("data-race")
        assert race is not None
        return race

    async def moved(self) -> None:
        """The same seat opened in another tab: the old one says so."""
        other = await self.me.page.context.new_page()
        await other.goto(self.me.page.url)
        await expect(self.me.sees("terminal")).to_have_attribute("data-why", "moved")
        await self.look("moved")
        await other.close()

    async def replay(self, race: str) -> None:
        """The page of a recorded race."""
        await self.me.opens(f"/race/{race}")
        await expect(self.me.sees("verify-verdict")).to_be_visible()
        await self.look("replay")

    async def records(self, race: str) -> None:
        """The pages of what is recorded: past races of the room, the boards, the statistics, one's own record."""
        me = self.me
        await me.opens(f"/race/{race}")
        await me.presses("to-history")
        await me.sees("fold").first.click()
        await expect(me.sees("heat").first).to_be_visible()
        await self.look("history")
        await me.presses("room-board")
        await me.comes_to_see("board-row")
        await self.look("boards")
        await me.page.get_by_test_id("board-win_rate").click()
        await expect(me.sees("empty")).to_be_visible()
        await self.look("boards-empty")
        await me.presses("to-stats")
        await me.sees("table-days").locator("summary").click()
        await self.look("stats")
        await me.presses("to-me")
        await expect(me.sees("profile-name")).to_be_visible()
        await self.look("me")
        await me.presses("offer-move")
        await expect(me.sees("move-code")).to_be_visible()
        await me.presses("erase")
        await expect(me.sees("erase-ask")).to_be_visible()
        await self.look("me-keeping")
