"""Anybody asks anything at any time, and servers are late, away or twice as busy: what must hold all the same.

`PADDOCK_HYPOTHESIS=long pytest tests/domain/test_state_machine.py` walks some fifteen times as far as the usual suite,
and elsewhere each time.
"""

import os

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace
from tests.domain.plays import HOUR, MINUTE, Play, book, gate, level
from tests.domain.secrets import event_lookalikes, forms, hidden, lookalikes, public, shown

from paddock.domain import commands as c
from paddock.domain import events as e
from paddock.domain.card import Rule
from paddock.domain.decide import decide
from paddock.domain.duties import Forget, GatherAgain, Settle, StartRunning, next_due, owed
from paddock.domain.event_views import RoundOpenedView, own_entries, public_entry, public_event
from paddock.domain.evolve import evolve, opened
from paddock.domain.ids import PlayerId
from paddock.domain.record import verify
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Countdown, Drawing, Gathering, Keys, Podium, Racing, Room, RunOff
from paddock.domain.settings import Settings

PASSWORD = "$argon2id$a-hash-nobody-sees"
OWN = (e.RacerPicked, e.PickTakenBack, e.VoteCast)
WHO = st.integers(0, 11)
RANKS = st.one_of(st.none(), st.integers(1, 6))
NAMES = st.sampled_from(["Jun", "JUN", "꼴찌", "🐎", "a" * 20, "J\u200bun", ""])
SETTINGS = st.builds(
    Settings,
    title=st.sampled_from(["", "목요일 커피"]),
    rule=st.sampled_from((Rule.VOTE, Rule.VOTE, Rule.LAST, Rule.FIRST)),
    track=st.sampled_from((500, 700, 1000)),
    racers=st.integers(4, 6),
    capacity=st.sampled_from((2, 3, 5, 50)),
    pick_seconds=st.sampled_from((0, 0, 20, 600)),
    life_h=st.sampled_from((1, 3, 2)),
    one_device=st.booleans(),
    locked=st.sampled_from((False, False, False, True)),
)


class Rooms(RuleBasedStateMachine):
    """One room, its people, and a scheduler who may be late."""

    @initialize(first=SETTINGS, calm=st.booleans(), number=st.integers(0, 1000), guests=st.integers(0, 4))
    def somebody_makes_a_room(self, first: Settings, calm: bool, number: int, guests: int) -> None:
        asked = replace(first, life_h=1, locked=False, capacity=50)
        races = level() if calm else book()
        names = ("Host", "Ara", "Bora", "Doha", "Eun")[: guests + 1]
        self.play = Play.opened(*names, settings=asked, password=PASSWORD, races=races, number=number * 1000)
        self.people = [(member.player, member.keys) for member in self.play.room.members.values()]
        self.told = 0
        self.late = False
        self.commitments: dict[str, str] = {}
        self.past: set[bytes] = set()
        """Roots of rounds gone by: they are never published."""

    # People.

    @rule(name=NAMES, device=st.integers(0, 5), address=st.integers(0, 2), seated=st.sampled_from((True, True, False)))
    def a_stranger_comes(self, name: str, device: int, address: int, seated: bool) -> None:
        number = len(self.people)
        player = PlayerId(f"player{number:04d}")
        keys = Keys(f"token {number:04d}", f"device {device}!", f"address {address}!")
        self.people.append((player, keys))
        self.asks(c.JoinRoom(player, name, keys, seated))

    @rule(who=WHO, seated=st.booleans())
    def somebody_comes_again(self, who: int, seated: bool) -> None:
        _, keys = self.person(who)
        self.people.append((PlayerId(f"player{len(self.people):04d}"), keys))
        self.asks(c.JoinRoom(self.people[-1][0], "Again", keys, seated))

    @rule(who=WHO)
    def somebody_reopens(self, who: int) -> None:
        _, keys = self.person(who)
        self.people.append((PlayerId(f"player{len(self.people):04d}"), keys))
        self.asks(c.ReopenRoom(self.people[-1][0], "Again", keys, self.play.fresh()))

    @rule(who=WHO, racer=st.integers(-1, 6))
    def somebody_picks(self, who: int, racer: int) -> None:
        self.asks(c.PickRacer(self.player(who), racer))

    @rule(who=WHO)
    def somebody_lets_the_dice_pick(self, who: int) -> None:
        self.asks(c.PickForMe(self.player(who)))

    @rule(who=WHO, rank=RANKS)
    def somebody_votes(self, who: int, rank: int | None) -> None:
        self.asks(c.CastVote(self.player(who), rank))

    @rule(who=WHO, ready=st.booleans())
    def somebody_is_ready_or_not(self, who: int, ready: bool) -> None:
        self.asks(c.SetReady(self.player(who), ready))

    @rule(lost=st.lists(WHO, min_size=1, max_size=4))
    def some_lose_the_connection(self, lost: list[int]) -> None:
        for player in [self.player(who) for who in lost]:
            self.asks(c.GoAway(player))

    @rule(who=WHO)
    def somebody_is_connected_again(self, who: int) -> None:
        self.asks(c.ComeBack(self.player(who)))

    @rule(who=WHO, whom=WHO, how=st.sampled_from((c.LeaveRoom, c.GiveUpSeat, c.TakeSeat, c.Kick, c.Block)))
    def somebody_goes_or_is_made_to_go(self, who: int, whom: int, how: type[c.LeaveRoom | c.Kick | c.Block]) -> None:
        guest = self.player(whom)
        self.asks(how(self.host_or(who), guest) if issubclass(how, c.Kick | c.Block) else how(guest))

    @rule(who=WHO, name=NAMES)
    def somebody_takes_a_name(self, who: int, name: str) -> None:
        self.asks(c.RenamePlayer(self.player(who), name))

    @rule(who=WHO)
    def somebody_talks(self, who: int) -> None:
        self.asks(c.Say(self.player(who), "hello @Jun"))

    # The host, and those who would like to be.

    @rule(racers=st.lists(st.integers(0, 3), max_size=5), stop=st.sampled_from((Drawing, Countdown, Racing, Podium)))
    def a_round_is_raced(self, racers: list[int], stop: type[Drawing | Countdown | Racing | Podium]) -> None:
        """What a usual evening consists of, so that walks get beyond the first race."""
        for player, racer in zip(list(self.play.room.members), racers, strict=False):
            self.asks(c.PickRacer(player, racer))
        if self.play.room.host is not None:
            self.asks(c.StartRace(self.play.room.host))
        self.settles()
        while not isinstance(self.play.room.phase, Gathering | Closed | stop):
            self.play.waits(max(0, next_due(self.play.room) - self.play.now))
        self.checks()

    @rule(who=WHO)
    def somebody_starts(self, who: int) -> None:
        self.asks(c.StartRace(self.host_or(who)))

    @rule(who=WHO)
    def somebody_goes_on(self, who: int) -> None:
        self.asks(c.NextRound(self.host_or(who), self.play.fresh()))

    @rule(who=WHO, place=st.integers(-1, 2))
    def somebody_unblocks(self, who: int, place: int) -> None:
        self.asks(c.Unblock(self.host_or(who), place))

    @rule(who=WHO, to=WHO)
    def somebody_hands_the_crown_over(self, who: int, to: int) -> None:
        self.asks(c.HandOver(self.host_or(who), self.player(to)))

    @rule(who=WHO, chosen=SETTINGS, number=st.integers(0, 99), password=st.sampled_from((None, None, "", PASSWORD)))
    def somebody_changes_the_room(self, who: int, chosen: Settings, number: int, password: str | None) -> None:
        self.asks(c.ChangeSettings(self.host_or(who), chosen, gate(number), password))

    # The clock and the servers.

    @rule(ms=st.sampled_from((0, 1, 900, 2_500, 4_000, 20_000, 25_000, 70_000)))
    def time_passes(self, ms: int) -> None:
        self.settles()
        self.play.waits(ms)
        self.checks()

    @rule(steps=st.integers(1, 4))
    def the_next_thing_is_due(self, steps: int) -> None:
        self.settles()
        for _ in range(steps):
            if not self.play.forgotten:
                self.play.waits(max(0, next_due(self.play.room) - self.play.now))
        self.checks()

    @rule(ms=st.sampled_from((3_000, 10_000, 61_000, 5 * MINUTE)))
    def every_server_is_down(self, ms: int) -> None:
        self.play.sleeps(ms)
        self.late = True

    @precondition(lambda self: isinstance(self.play.room.phase, Drawing | Countdown | Racing | RunOff | Podium))
    @rule()
    def two_schedulers_do_the_same(self) -> None:
        self.settles()
        self.play.now = max(self.play.now, next_due(self.play.room))
        for duty in owed(self.play.room, self.play.now):
            self.play.performs(duty)
            if not self.play.forgotten and not isinstance(duty, Forget):
                assert self.play.performs(duty) is Refusal.NOTHING_OWED
        self.settles()
        self.checks()

    @precondition(lambda self: isinstance(self.play.room.phase, Drawing | Countdown | Racing | RunOff | Podium))
    @rule()
    def a_scheduler_is_early(self) -> None:
        """The clock of a server that is ahead: what it submits is not due by the store's clock."""
        self.settles()
        if not self.play.forgotten:
            self.play.waits(max(0, next_due(self.play.room) - self.play.now - 1))
            room = self.play.room
            for duty in owed(room, next_due(room)):
                assert self.tries(duty, room) is Refusal.NOTHING_OWED
        self.checks()

    def tries(self, duty: object, room: Room) -> object:
        match duty:
            case Settle(command=command):
                return decide(room, command, self.play.now)
            case StartRunning(race=race):
                return decide(room, c.RunRace(race, book()), self.play.now)
            case GatherAgain(race=race):
                return decide(room, c.OpenRound(race, self.play.fresh()), self.play.now)
            case _:
                return Refusal.NOTHING_OWED

    # What it takes to ask.

    def person(self, who: int) -> tuple[PlayerId, Keys]:
        return self.people[who % len(self.people)]

    def player(self, who: int) -> PlayerId:
        """Mostly somebody who is in the room, now and then somebody who was, or who never got in."""
        members = list(self.play.room.members)
        return members[who] if who < len(members) else self.person(who)[0]

    def host_or(self, who: int) -> PlayerId:
        host = self.play.room.host
        return host if host is not None and who < 9 else self.player(who)

    def asks(self, command: c.Command) -> None:
        if self.play.forgotten:
            return
        room, now = self.play.room, self.play.now
        assert decide(room, command, now) == decide(room, command, now)
        if self.play.asks(command) is not Refusal.NOTHING_OWED and not self.late:
            self.settles()
        self.checks()

    def settles(self) -> None:
        self.late = False
        self.play.settles()

    # What must hold.

    def checks(self) -> None:
        """Look at every entry that has been written since the last look."""
        for entry in self.play.entries[self.told :]:
            before = self.room_before(entry)
            self.looks_at(entry, before)
            self.told += 1

    def room_before(self, entry: e.Entry) -> Room:
        """Follow the log by itself: `evolve` has nothing else to go by."""
        first = entry.events[0]
        if isinstance(first, e.RoomOpened):
            self.replayed = opened(first, entry.at)
        return self.replayed

    def looks_at(self, entry: e.Entry, before: Room) -> None:
        """Check an entry event by event, as it is stored and as it is told."""
        assert msgspec.json.decode(msgspec.json.encode(entry), type=e.Entry) == entry
        secrets = self.past
        for event in entry.events:
            self.looks_at_event(event, self.replayed)
            secrets = secrets | hidden(self.replayed)
            self.replayed = evolve(self.replayed, event, entry.at)
            secrets = hidden(self.replayed) if isinstance(event, e.RaceFinished) else secrets | hidden(self.replayed)
        own = own_entries(entry)
        texts = [msgspec.json.encode(told) for told in (public_entry(entry), *own.values())]
        for secret in secrets:
            assert not any(secret in text for text in texts), (secret, texts)
        owners = {event.player for event in entry.events if isinstance(event, OWN)}
        assert set(own) == owners
        assert all(replace(told, own=()) == public_entry(entry) for told in own.values())

    def looks_at_event(self, event: e.Event, before: Room) -> None:
        for other in event_lookalikes(event):
            assert public_event(other) == public_event(event)
        match event:
            case e.RoundOpened(race=race):
                if isinstance(before.phase, Podium):
                    assert len(before.phase.result.payers) == 1
                    self.past |= forms(before.phase.root)
                told = public_event(event)
                assert isinstance(told, RoundOpenedView)
                self.commitments[race] = told.commitment
            case e.RoomClosed():
                assert isinstance(before.phase, Gathering)
            case e.CountdownStarted(card=card):
                assert isinstance(before.phase, Drawing)
                assert dict(card.picks) == {player: pick.racer for player, pick in before.phase.picks.items()}
                assert len(card.picks) >= 2
            case e.RunOffOpened(card=card, commitment=committed):
                assert isinstance(before.phase, Podium)
                assert {player for player, _ in card.picks} == set(before.phase.result.payers)
                assert committed == before.phase.result.seed.hex()
                self.commitments[card.race] = committed
            case e.RaceFinished(result=result, record=record):
                assert verify(record) == ()
                assert record.commitment == self.commitments[record.card.race]
                assert set(record.payers) <= {player for player, _ in record.card.picks}
                assert record.payers == result.payers
                assert record.payers
            case _:
                pass

    @invariant()
    def the_log_leads_to_the_room(self) -> None:
        self.checks()
        assert self.replayed == self.play.room

    @invariant()
    def a_snapshot_survives_its_json(self) -> None:
        room = self.play.room
        assert msgspec.json.decode(msgspec.json.encode(room), type=Room) == room

    @invariant()
    def there_is_one_host_while_anybody_is_seated(self) -> None:
        room = self.play.room
        seated = {member.player for member in room.seated()}
        assert (room.host in seated) if seated else (room.host is None)
        assert (room.empty_since is None) == bool(seated)

    @invariant()
    def nothing_secret_is_shown(self) -> None:
        room = self.play.room
        text = shown(room)
        for secret in hidden(room) | self.past:
            assert secret not in text
        for other in lookalikes(room):
            assert public(other) == public(room)

    @invariant()
    def names_are_told_apart(self) -> None:
        names = list(self.play.names().values())
        assert len(set(names)) == len(names)

    @invariant()
    def nothing_is_owed_twice(self) -> None:
        if not self.late and not self.play.forgotten:
            assert owed(self.play.room, self.play.now) == ()
            assert next_due(self.play.room) > self.play.now

    @invariant()
    def every_phase_ends_by_itself(self) -> None:
        room = self.play.room
        if isinstance(room.phase, Drawing | Countdown | Racing | Podium | RunOff) and not self.late:
            assert next_due(room) <= room.phase.ends_at
        if isinstance(room.phase, Gathering):
            assert next_due(room) <= room.active_at + room.settings.life_h * HOUR or self.late
            assert set(room.phase.picks) <= {member.player for member in room.seated() if member.ready}
            assert set(room.phase.votes) <= {member.player for member in room.seated() if member.ready}

    def teardown(self) -> None:
        """Everybody has gone home: the room comes to its end by itself, and its last race is settled."""
        if not hasattr(self, "play"):
            return
        self.settles()
        for player in self.play.room.members:
            self.asks(c.GoAway(player))
        self.play.waits(self.play.room.settings.life_h * HOUR)
        assert isinstance(self.play.room.phase, Closed)
        self.play.waits(self.play.room.pace.forget_ms)
        assert self.play.forgotten
        self.checks()


LONG = os.environ.get("PADDOCK_HYPOTHESIS") == "long"
Rooms.TestCase.settings = settings(
    max_examples=3_000 if LONG else 350,
    stateful_step_count=100 if LONG else 50,
    deadline=None,
    database=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
TestRooms = pytest.mark.timeout(7_200 if LONG else 900)(Rooms.TestCase)
"""A failure takes minutes to be made short, and only then is it worth reading."""
