"""What must be so after every fault, whichever it was: one list of checks for all plays.

Acknowledged commands are known to the store and what was said is heard once; results seen are the results recorded,
once, and what their seed fixes; versions are contiguous for every client; every client and the store show the same
room; exactly one host; nobody is in a room without a session and a connection; no node has logged a traceback or holds
connections that nobody has.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import aiohttp
import msgspec
from msgspec import Struct, field
from tests.faults.company import Company
from tests.faults.person import Person
from tests.faults.world import World
from tests.gateway.wire import Json
from tests.waiting import comes_to_hold

from paddock.domain import views
from paddock.domain.ids import CommandKey, PlayerId, RoomId
from paddock.domain.record import RaceRecord, verify
from paddock.stores.redis.store import RedisStore

AGREE_S = 15.0
"""How long clients and store may take to show the same room once nothing happens any more."""


class Findings(Struct):
    """What the checks found: counts, and a sentence for each thing that is wrong."""

    acknowledged: int = 0
    races: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    late_ms: int = 0
    """By how much a result came after the last racer was over the line, by the store's clock, at most."""

    @property
    def sentences(self) -> list[str]:
        """All that is wrong."""
        return [*self.lost, *self.doubled, *self.wrong]

    def add(self, other: Findings) -> None:
        """Take in what was found elsewhere."""
        self.acknowledged += other.acknowledged
        self.races += other.races
        self.lost += other.lost
        self.doubled += other.doubled
        self.wrong += other.wrong
        self.late_ms = max(self.late_ms, other.late_ms)


async def look(world: World, companies: Sequence[Company]) -> Findings:
    """Check everything, with everybody still connected and nothing going on."""
    found = Findings()
    async with world.store() as store, aiohttp.ClientSession() as session:
        await store.ready()
        for one in companies:
            await _agreement(found, store, one)
            await _acknowledged(found, store, one)
            _contiguous(found, one)
            await _results(found, world, session, one)
            await _sessions(found, store, one)
        await _at_rest(found, world, session, companies)
    found.wrong += [f"a node logged a traceback: {output}" for output in world.tracebacks()]
    return found


async def look_at_clients(world: World, companies: Sequence[Company]) -> Findings:
    """Check what can be checked without a store: everybody sees the same, and results are what their seeds fix."""
    found = Findings()
    async with aiohttp.ClientSession() as session:
        for one in companies:
            await _agreement(found, None, one)
            await _acknowledged(found, None, one)
            _contiguous(found, one)
            await _results(found, world, session, one)
        await _at_rest(found, world, session, companies)
    found.wrong += [f"a node logged a traceback: {output}" for output in world.tracebacks()]
    return found


async def _agreement(found: Findings, store: RedisStore | None, company: Company) -> None:
    """Everybody sees what the store holds, and there is one host."""
    shown: list[Json] = []
    kept: Json = {}

    async def agree() -> bool:
        nonlocal shown, kept
        shown = [(await who.view())["room"] for who in company.people]
        kept = await _kept(store, company) if store is not None else shown[0]
        return all(view == kept for view in shown)

    if not await comes_to_hold(agree, AGREE_S, every_s=0.2):
        found.wrong.append(f"{company.code}: people see {shown}, the store holds {kept}")
        return
    hosts = [one["player"] for one in shown[0]["members"] if one["player"] == shown[0]["host"] and one["seated"]]
    if len(hosts) != 1:
        found.wrong.append(f"{company.code} has {len(hosts)} hosts")


async def _kept(store: RedisStore, company: Company) -> Json:
    stored = await store.load(RoomId(company.code))
    assert stored is not None, f"{company.code} is gone"
    view: Json = msgspec.json.decode(msgspec.json.encode(views.public_view(stored.room, stored.version)))
    return view


async def _acknowledged(found: Findings, store: RedisStore | None, company: Company) -> None:
    """Every acknowledged command is known; what was said is heard once; the newest name is the name.

    Whoever is not answered asks again under the same id, so the store must know it, also when the room was made of two
    copies and the log begins with that.
    """
    names = {one["player"]: one["name"] for one in (await company.host.view())["room"]["members"]}
    for who in company.people:
        found.acknowledged += len(who.book.acknowledged)
        if who.book.renamed is not None and names.get(who.player) != who.book.renamed:
            found.lost.append(f"{who.name} is called {names.get(who.player)}, not {who.book.renamed}")
        if store is None:
            continue
        for command in who.book.acknowledged:
            if await store.applied(RoomId(company.code), CommandKey(command)) is None:
                found.lost.append(f"{who.name}'s {command} was acknowledged and is not known")
    said = [text for who in company.people for text in who.book.said]
    for who in company.people:
        heard = Counter(_texts(who))
        for text in said:
            if heard[text] > 1:
                found.doubled.append(f"{who.name} heard {text!r} {heard[text]} times")
            if heard[text] == 0 and text not in who.book.chat:
                found.lost.append(f"{who.name} never heard {text!r}")


def rebased(company: Company) -> bool:
    """Say whether the room was made one of two copies, so that everybody had a hole and a fresh view."""
    return any(who.book.holes for who in company.people)


def _texts(who: Person) -> list[str]:
    return [
        event["message"]["text"]
        for entry in who.book.entries.values()
        for event in entry["events"]
        if event["type"] == "said"
    ]


def inversions(company: Company) -> int:
    """Count how often somebody heard an entry after a later one."""
    return sum(after < before for who in company.people for before, after in pairwise(who.book.heard))


def gaps(company: Company) -> int:
    """Count the versions that somebody should have heard on the way and did not."""
    return sum(max(0, after - before - 1) for who in company.people for before, after in pairwise(who.book.heard))


def _contiguous(found: Findings, company: Company) -> None:
    """Every client was told every version from its last fresh view on, in order and in the same words as the others."""
    for who in company.people:
        found.wrong += who.book.faults
        first = max(who.book.views, default=0) + 1
        missing = [version for version in range(first, who.version + 1) if version not in who.book.entries]
        if missing:
            found.lost.append(f"{who.name} was never told versions {missing} of {company.code}")
    if rebased(company):
        return  # until then some were told of one copy and some of the other
    found.wrong += [
        f"{who.name} was told {who.book.retold} again in other words" for who in company.people if who.book.retold
    ]
    for version in {version for who in company.people for version in who.book.entries}:
        told = [who.book.entries[version] for who in company.people if version in who.book.entries]
        kinds = {tuple(event["type"] for event in entry["events"]) for entry in told}
        if len(kinds) > 1 or len({entry["at"] for entry in told}) > 1:
            found.wrong.append(f"version {version} of {company.code} was told in different ways: {kinds}")


async def _results(found: Findings, world: World, session: aiohttp.ClientSession, company: Company) -> None:
    """Results that were seen are the results recorded, once each, and what the seed fixes."""
    seen: dict[str, Json] = {}
    for who in company.people:
        for race, times in Counter(who.book.finishes).items():
            if times > 1:
                found.doubled.append(f"{who.name} was told {times} times that {race} finished")
        for race, result in who.book.results.items():
            if seen.setdefault(race, result) != result:
                found.wrong.append(f"{who.name} saw another result of {race}")
    found.races += len(seen)
    history = Counter(line["race"] for line in (await company.host.view())["history"])
    for race, result in seen.items():
        kept = await _record(world, session, race)
        if kept is None:
            found.lost.append(f"the result of {race} was shown and is not kept")
            continue
        if verify(kept) != () or hashlib.sha256(bytes.fromhex(kept.seed)).hexdigest() != kept.commitment:
            found.wrong.append(f"{race} is not what its seed fixes")
        if any(who.book.commitments.get(race, kept.commitment) != kept.commitment for who in company.people):
            found.wrong.append(f"the commitment of {race} was another one before")
        if [list(group) for group in kept.order] != result["order"] or list(kept.payers) != result["payers"]:
            found.wrong.append(f"the result of {race} was shown otherwise than it is kept")
        found.late_ms = max(found.late_ms, _lateness(found, company, kept))
        if history[race] != 1:
            (found.lost if history[race] == 0 else found.doubled).append(
                f"{race} is {history[race]} times in the history"
            )


def _lateness(found: Findings, company: Company, kept: RaceRecord) -> int:
    """Give by how many ms the result came after the end of the race; before it would be a race cut short."""
    over = kept.starts_at + max(at for at in kept.finish if at is not None)
    told = next(entry["at"] for entry in company.host.book.entries.values() if _finishes(entry, kept.card.race))
    if told < over:
        found.wrong.append(f"{kept.card.race} was cut short by {over - told} ms")
    return int(told - over)


def _finishes(entry: Json, race: str) -> bool:
    return any(
        event["type"] == "race_finished" and event["result"]["card"]["race"] == race for event in entry["events"]
    )


async def servers(world: World, companies: Sequence[Company]) -> set[str]:
    """Name the processes that people's connections are at."""
    found: set[str] = set()
    async with world.store() as store:
        for one in companies:
            stored = await store.load(RoomId(one.code))
            assert stored is not None
            sessions = [await store.session(member.keys.token) for member in stored.room.members.values()]
            found |= {session.node for session in sessions if session is not None}
    return found


async def _record(world: World, session: aiohttp.ClientSession, race: str) -> RaceRecord | None:
    for node in world.nodes:
        try:
            async with session.get(f"{node.url}/api/races/{race}") as answer:
                if answer.status == 200:
                    return msgspec.json.decode(await answer.read(), type=RaceRecord)
        except aiohttp.ClientError:
            pass  # this node is down; so may one be that goes on alone and does not know this race
    return None


async def _sessions(found: Findings, store: RedisStore, company: Company) -> None:
    """Nobody is in the room but those who are there, each with a session of their own that names the room."""
    stored = await store.load(RoomId(company.code))
    assert stored is not None
    there = {PlayerId(who.player) for who in company.people}
    for member in stored.room.members.values():
        session = await store.session(member.keys.token)
        if session is None or session.room != company.code:
            found.wrong.append(f"{member.name} is in {company.code} without a session")
        if member.player not in there:
            found.wrong.append(f"{member.name} is in {company.code} and gone")
    found.lost += [f"{who.name} lost the seat" for who in company.people if who.player not in stored.room.members]


async def _at_rest(found: Findings, world: World, session: aiohttp.ClientSession, companies: Sequence[Company]) -> None:
    """The nodes come to hold the connections of those who are there and no others, and no handler has failed."""
    people = sum(len(one.people) for one in companies)
    figures: list[Counter[str]] = []

    def held() -> int:
        return sum(each["paddock_sockets"] for each in figures)

    async def is_right() -> bool:
        nonlocal figures
        figures = [await _figures(session, node.url) for node in world.nodes if node.running]
        return held() == people

    if not await comes_to_hold(is_right, AGREE_S, every_s=0.2):
        found.wrong.append(f"the nodes hold {held()} connections of {people} people")
    if failed := sum(each["paddock_handler_faults_total"] for each in figures):
        found.wrong.append(f"{failed} handlers have failed")


async def _figures(session: aiohttp.ClientSession, url: str) -> Counter[str]:
    """Give the figures of a node, of all its workers together."""
    async with session.get(f"{url}/metrics") as answer:
        lines = [line for line in (await answer.text()).splitlines() if line and not line.startswith("#")]
    figures: Counter[str] = Counter()
    for line in lines:
        name, value = line.rsplit(" ", 1)
        figures[name.partition("{")[0]] += int(float(value))
    return figures
