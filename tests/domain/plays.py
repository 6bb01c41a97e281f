"""A tiny language in which the tests of the room rules are plays: who does what, what the clock does, who sees what.

A `Play` is a room with a clock, dice and a store of its own making, all of them numbers: the same lines always give the
same room, entries and records. It does what a node and its scheduler would do, and nothing that they would not.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TypeVar

from msgspec.structs import replace

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.book import Book, Span, Track
from paddock.domain.card import Rule
from paddock.domain.decide import decide
from paddock.domain.duties import Duty, Forget, GatherAgain, Settle, StartRunning, next_due, owed
from paddock.domain.evolve import evolve
from paddock.domain.finished import FinishedRace, finished
from paddock.domain.hosting import open_room
from paddock.domain.ids import Millis, PlayerId, RaceId, RoomId, Seed
from paddock.domain.record import RaceRecord
from paddock.domain.refusals import Refusal
from paddock.domain.room import ClockSteps, Gathering, Keys, Phase, Podium, Room
from paddock.domain.settings import Pace, Settings
from paddock.domain.views import OwnView, RoomView, own_view, public_view
from paddock.races.settings import load_book

START = Millis(1_800_000_000_000)
PATIENCE = 24
"""Duties may lead to further duties at once, but never to so many: that would be a scheduler that spins."""
MINUTE = 60_000
HOUR = 60 * MINUTE

P = TypeVar("P", bound=Phase)
E = TypeVar("E", bound=e.Event)


def person(name: str) -> PlayerId:
    """The id of the person of that name: `jun0000000` for Jun."""
    return PlayerId(name.lower().ljust(10, "0"))


MINA, JUN, ARA, BORA, DOHA = map(person, ("Mina", "Jun", "Ara", "Bora", "Doha"))


def keys(name: str, device: str = "", address: str = "") -> Keys:
    """What somebody is recognised by; a device and an address of their own unless said otherwise."""
    return Keys(f"token of {name}", f"device of {device or name}", f"address of {address or name}")


@cache
def book() -> Book:
    return load_book()


@cache
def level() -> Book:
    """Races in which nothing happens: everybody crosses the line in the same millisecond."""
    tracks = tuple(Track(track.metres, Span(25_000, 25_000), Span(0, 0)) for track in book().tracks)
    calm = replace(book().comeback, transform=0, fakeout=0)
    return replace(book(), tracks=tracks, pace=Span(1000, 1000), comeback=calm)


def bytes32(label: str) -> bytes:
    return hashlib.sha256(label.encode()).digest()


def fresh(number: int) -> c.Fresh:
    """Ids and dice of the round of that number."""
    return c.Fresh(RaceId(f"race{number:012d}"), Seed(bytes32(f"root {number}")), gate(number))


def gate(number: int) -> c.Gate:
    return c.Gate(bytes32(f"gate {number}"), book().stable)


class Play:
    """A room on stage: people ask `does` and `refuses`; `waits` and `until` are the clock and its scheduler."""

    def __init__(self, room: Room, events: tuple[e.Event, ...], now: Millis, races: Book, rounds: int) -> None:
        self.room = room
        self.now = now
        self.book = races
        self.version = 1
        self.entries = [e.Entry(1, now, events)]
        self.records: list[RaceRecord] = []
        self.unrecorded: list[FinishedRace] = []
        self.forgotten = False
        self._rounds = rounds

    @classmethod
    def opened(
        cls,
        host: str = "Mina",
        *others: str,
        settings: Settings | None = None,
        pace: Pace | None = None,
        password: str | None = None,
        races: Book | None = None,
        number: int = 1,
    ) -> Play:
        """Open a room with its host and others seated; `number` gives the dice of the first round."""
        made = open_room(
            RoomId("K7AB2"),
            person(host),
            host,
            keys(host),
            settings or Settings(),
            pace or Pace(),
            password,
            fresh(number),
            START,
        )
        assert not isinstance(made, Refusal), made
        play = cls(*made, START, races or book(), number)
        for name in others:
            play.joins(name)
        return play

    # What people do.

    def asks(self, command: c.Command) -> tuple[e.Event, ...] | Refusal:
        """Submit a command and say what became of it."""
        decision = decide(self.room, command, self.now)
        if not isinstance(decision, Refusal) and decision:
            return self._commit(decision)
        return decision

    def does(self, *commands: c.Command) -> tuple[e.Event, ...]:
        """Carry out commands that must not be refused; gives what happened."""
        happened: tuple[e.Event, ...] = ()
        for command in commands:
            decision = self.asks(command)
            assert not isinstance(decision, Refusal), f"{command} was refused: {decision}"
            happened += decision
        return happened

    def refuses(self, command: c.Command, refusal: Refusal) -> None:
        """Submit a command that must be refused for this reason."""
        decision = self.asks(command)
        assert decision is refusal, f"{command}: {decision} instead of {refusal}"

    def joins(self, name: str, *, seated: bool = True, shown: str = "", device: str = "", address: str = "") -> None:
        """Let somebody in; `shown` is the nickname they type if it is not their name."""
        self.does(c.JoinRoom(person(name), shown or name, keys(name, device, address), seated))

    def all_pick(self, **racers: int) -> None:
        """Let people pick: `all_pick(Mina=0, Jun=3)`."""
        self.does(*(c.PickRacer(person(name), racer) for name, racer in racers.items()))

    def starts(self) -> tuple[e.Event, ...]:
        """Let the host start."""
        assert self.room.host is not None
        return self.does(c.StartRace(self.room.host))

    def fresh(self) -> c.Fresh:
        """Ids and dice for one more round."""
        self._rounds += 1
        return fresh(self._rounds)

    # What the clock does.

    def waits(self, ms: int) -> None:
        """Let time pass; whatever becomes due is done in time."""
        until = Millis(self.now + ms)
        while not self.forgotten and (due := next_due(self.room)) <= until:
            self.now = max(self.now, due)
            self.settles()
        self.now = until

    def sleeps(self, ms: int) -> None:
        """Let time pass while every server is down."""
        self.now = Millis(self.now + ms)

    def sets_the_clock(self, by_ms: int) -> None:
        """Set the calendar; no time goes by."""
        steps = self.room.steps
        self.does(c.FollowClock(ClockSteps(steps.count + 1, steps.ms + by_ms)))
        self.now = Millis(self.now + by_ms)

    def settles(self) -> None:
        """Do what the room owes by now, until it owes nothing."""
        for _ in range(PATIENCE):
            if self.forgotten or not (duties := owed(self.room, self.now)):
                return
            for duty in duties:
                self.performs(duty)
        raise AssertionError(f"the scheduler spins: {owed(self.room, self.now)}")

    def performs(self, duty: Duty) -> tuple[e.Event, ...] | Refusal:
        """Do one duty as a scheduler would."""
        match duty:
            case Settle(command=command):
                return self.asks(command)
            case StartRunning(race=race):
                return self.asks(c.RunRace(race, self.book))
            case GatherAgain(race=race):
                return self.asks(c.OpenRound(race, self.fresh()))
            case Forget():
                self.forgotten = True
                return ()

    def until(self, phase: type[P]) -> P:
        """Let time pass up to the first moment of that phase, with duties alone, and give it."""
        for _ in range(PATIENCE):
            if isinstance(self.room.phase, phase):
                return self.room.phase
            self.now = max(self.now, next_due(self.room))
            self.settles()
        raise AssertionError(f"{phase.__name__} never came: {self.room.phase}")

    def races(self) -> Podium:
        """Start, and wait for the podium that has one payer."""
        if isinstance(self.room.phase, Gathering):
            self.starts()
        podium = self.until(Podium)
        while len(podium.result.payers) > 1:
            self.waits(max(0, podium.ends_at - self.now))
            podium = self.until(Podium)
        return podium

    # What there is to see.

    def phase(self, phase: type[P]) -> P:
        """Give the phase, which must be of that type."""
        assert isinstance(self.room.phase, phase), self.room.phase
        return self.room.phase

    def sees(self) -> RoomView:
        """Give what everybody in the room sees."""
        return public_view(self.room, self.version)

    def own(self, player: PlayerId) -> OwnView:
        """Give what only this player sees."""
        return own_view(self.room, player)

    def names(self) -> dict[PlayerId, str]:
        """Give the names of all members."""
        return {player: member.name for player, member in self.room.members.items()}

    def _commit(self, decided: tuple[e.Event, ...]) -> tuple[e.Event, ...]:
        self.version += 1
        events = tuple(_stamped(event, self.version) for event in decided)
        for event in events:
            if isinstance(event, e.RaceFinished):
                self.records.append(event.record)
                self.unrecorded.append(finished(self.room, event.record))
            self.room = evolve(self.room, event, self.now)
        self.entries.append(e.Entry(self.version, self.now, events))
        return events


def _stamped(event: e.Event, version: int) -> e.Event:
    """Give a message its version, as a store does."""
    return e.Said(replace(event.message, version=version)) if isinstance(event, e.Said) else event


def one(kind: type[E], events: tuple[e.Event, ...]) -> E:
    """Give the one event of that type among those that happened."""
    (found,) = (event for event in events if isinstance(event, kind))
    return found


def voting(**changes: object) -> Settings:
    """Settings of a room that votes on the rank that pays."""
    return replace(Settings(rule=Rule.VOTE), **changes)
