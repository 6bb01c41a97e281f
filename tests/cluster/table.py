"""People at one table: guests of a real server who play, lose it, come back to it and compare what they see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import aiohttp
import msgspec
from tests.cluster.process import Server
from tests.gateway.wire import Guest, Json, guest

from paddock.domain.ids import Seed
from paddock.domain.race import Race, run
from paddock.domain.record import RaceRecord
from paddock.domain.release import WIDTH, released, wire

Piece = tuple[int, ...]


class Table:
    """One room and those in it, the host first."""

    def __init__(self, server: Server, stack: AsyncExitStack, guests: list[Guest]) -> None:
        self.server = server
        self.guests = guests
        self._stack = stack

    @property
    def host(self) -> Guest:
        """The one who made the room."""
        return self.guests[0]

    async def all_pick(self, *racers: int | None) -> None:
        """Let each pick a racer; None lets the dice pick."""
        for who, racer in zip(self.guests, racers, strict=True):
            reply = await (who.asks("pick_for_me") if racer is None else who.asks("pick_racer", racer=racer))
            assert reply["ok"], reply

    async def reaches(self, *kinds: str) -> None:
        """Wait until the host has heard events of these types, one after the other."""
        after = 0
        for kind in kinds:
            await self.host.hears_of(kind, after=after)
            after = 1 + next(
                place
                for place, (name, entry) in enumerate(self.host.heard)
                if place >= after and name == "entry" and kind in {event["type"] for event in entry["events"]}
            )

    async def views(self) -> list[Json]:
        """Ask for everything there is to see, once per guest."""
        replies = [await who.resumes(who.code, who.token) for who in self.guests]
        assert all(reply["ok"] for reply in replies), replies
        return [reply["view"] for reply in replies]

    async def survives_kill(self) -> list[Json]:
        """Kill the server, start it again, let everybody come back with their token and give what they see."""
        self.server.kill()
        return await self.survives_start()

    async def survives_start(self) -> list[Json]:
        """Start the ended server, let everybody come back with their token and give what they see."""
        await asyncio.to_thread(self.server.start)
        before, self.guests = self.guests, []
        for who in before:
            again = await self._stack.enter_async_context(guest(self.server.url))
            again.token, again.device, again.code, again.player = who.token, who.device, who.code, who.player
            self.guests.append(again)
        return await self.views()

    async def comes_to_one_payer(self) -> list[Json]:
        """Follow the round to its end and give the results of the heats from here on, the standing one included."""
        results: list[Json] = []
        host = self.host
        phase = (await self.views())[0]["room"]["phase"]
        if phase["type"] == "podium":
            results.append(phase["result"])
        while not results or len(results[-1]["payers"]) > 1:
            known = {result["card"]["race"] for result in results}
            entry = await host.hears("entry", partial(_brings, known))
            results.extend(_news(known, entry))
        return results

    async def record(self, race: str) -> RaceRecord:
        """Fetch the public record of a race, as anybody may."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.server.url}/api/races/{race}") as answer,
        ):
            assert answer.status == 200, await answer.text()
            return msgspec.json.decode(await answer.read(), type=RaceRecord)


def _brings(known: set[str], entry: Json) -> bool:
    return bool(_news(known, entry))


def _news(known: set[str], entry: Json) -> list[Json]:
    results = [event["result"] for event in entry["events"] if event["type"] == "race_finished"]
    return [result for result in results if result["card"]["race"] not in known]


@asynccontextmanager
async def seated(server: Server, *names: str, **room: Any) -> AsyncIterator[Table]:
    """Open a room with its host and let the others in."""
    async with AsyncExitStack() as stack:
        guests = [await stack.enter_async_context(guest(server.url)) for _ in names]
        assert (await guests[0].opens(name=names[0], **room))["ok"]
        for other, name in zip(guests[1:], names[1:], strict=True):
            assert (await other.joins(guests[0].code, name))["ok"]
        yield Table(server, stack, guests)


def what_lasts(view: Json) -> Json:
    """Give what of a view no crash may change: people, crown, settings and talk."""
    room = view["room"]
    return {
        "members": [(one["player"], one["name"], one["seated"], one["ready"]) for one in room["members"]],
        "host": room["host"],
        "settings": room["settings"],
        "rounds": room["rounds"],
        "chat": view["chat"],
    }


def heat_of(view: Json) -> tuple[str, str]:
    """Give the race that a view shows and its commitment."""
    phase = view["room"]["phase"]
    shown = phase["result"] if phase["type"] == "podium" else phase
    return shown["race"] if "race" in shown else shown["card"]["race"], shown["commitment"]


def secrets_of(view: Json) -> Json:
    """Give one's own pick and vote."""
    own: Json = view["own"]
    return own


def card_of(view: Json) -> Json | None:
    """Give the open picks; None while they are secret."""
    phase = view["room"]["phase"]
    card: Json | None = (phase["result"] if phase["type"] == "podium" else phase).get("card")
    return card


def pieces_of(who: Guest, race: str) -> tuple[set[Piece], int]:
    """Give all pieces of a race that somebody got, and up to which ms of it."""
    messages = [message for name, message in who.heard if name == "segments" and message["race"] == race]
    flat = [number for message in messages for number in message["pieces"]]
    return _in_pieces(flat), max((message["until"] for message in messages), default=-1)


def computed(kept: RaceRecord) -> Race:
    """Run the race again from its public record."""
    return run(kept.card, kept.book, Seed(bytes.fromhex(kept.seed)))


def out_by(race: Race, until_ms: int) -> set[Piece]:
    """Give the pieces of a race that are out when its releases have come to `until_ms`."""
    return _in_pieces(list(wire(released(race, -1, until_ms))))


def _in_pieces(flat: list[int]) -> set[Piece]:
    return {tuple(flat[place : place + WIDTH]) for place in range(0, len(flat), WIDTH)}
