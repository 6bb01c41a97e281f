"""Rooms, entries and races for the tests of stores: valid, small, and told apart by a number or a title."""

from __future__ import annotations

from functools import cache

from tests.domain import heats

from paddock.domain.card import Rule
from paddock.domain.chat import ChatMessage
from paddock.domain.events import Entry, Event, MemberWentAway, ReadyChanged, Said
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import CODE_ALPHABET, CommandKey, Kind, Millis, PlayerId, RaceId, RoomId, Seed
from paddock.domain.race import run
from paddock.domain.record import RaceRecord, record
from paddock.domain.room import Gathering, Keys, Member, Pick, Room
from paddock.domain.settings import Pace, Settings
from paddock.domain.views import RoomSummary
from paddock.stores.contract import Filing

NOON = Millis(1_800_000_000_000)
ANNA, BEN = PlayerId("anna000000"), PlayerId("ben0000000")


def code(number: int) -> RoomId:
    """The room code of a number."""
    letters = ""
    for _ in range(5):
        number, letter = divmod(number, len(CODE_ALPHABET))
        letters = CODE_ALPHABET[letter] + letters
    return RoomId(letters)


def keys(name: str) -> Keys:
    return Keys(f"token-{name}", f"device-{name}", "address")


def member(player: PlayerId, name: str, at: Millis = NOON) -> Member:
    return Member(player, name, seated=True, joined_at=at, keys=keys(name))


def room(number: int = 1, title: str = "coffee", members: int = 2) -> Room:
    """A room in which Anna, the host, has picked; `members` beyond two make the snapshot bigger."""
    people = {ANNA: member(ANNA, "Anna"), BEN: member(BEN, "Ben 벤")}
    for extra in range(2, members):
        people[PlayerId(f"player{extra:04d}")] = member(PlayerId(f"player{extra:04d}"), f"Tiger {extra}")
    lineup = (Kind("tiger"), Kind("snail"), Kind("hare"), Kind("crab"), Kind("mole"))
    return Room(
        room=code(number),
        founder=keys("Anna"),
        settings=Settings(title=title),
        pace=Pace(),
        phase=Gathering(RaceId(f"race{number:012d}"), Seed(bytes(range(32))), lineup, {ANNA: Pick(0)}),
        host=ANNA,
        members=people,
        opened_at=NOON,
        active_at=NOON,
        password="$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$hash",
    )


def line(number: int = 1, title: str = "coffee", seated: int = 2) -> RoomSummary:
    """What the room list says of such a room."""
    return RoomSummary(code(number), title, "Anna", seated, 50, 0, "gathering", Rule.LAST, True, False, NOON)


def entry(version: int, *events: Event, at: int = NOON, command: str | None = None) -> Entry:
    """An entry that leads to `version`; without events somebody went away."""
    return Entry(
        version, Millis(at), events or (MemberWentAway(BEN),), CommandKey(command) if command is not None else None
    )


def ready(is_ready: bool) -> ReadyChanged:
    return ReadyChanged(BEN, is_ready)


def said(text: str, at: int = NOON) -> Said:
    """Something said, not yet numbered by the store."""
    return Said(ChatMessage(0, ANNA, "Anna", text, (BEN,), Millis(at)))


def filed(due: int | None = None, summary: RoomSummary | None = None) -> Filing:
    return Filing(Millis(due) if due is not None else None, summary)


@cache
def race(number: int, room_number: int = 1) -> RaceRecord:
    """A finished race, really run."""
    card, seed = heats.card(number), heats.seed(number)
    return record(
        card,
        heats.book(),
        seed,
        run(card, heats.book(), seed),
        room=code(room_number),
        rule=Rule.LAST,
        starts_at=NOON,
        names={player: f"Name {index}" for index, (player, _) in enumerate(card.picks)},
    )


def finished(number: int, room_number: int = 1) -> FinishedRace:
    """The same race as the archive is owed it; its players have one device each."""
    record = race(number, room_number)
    devices = {player: f"device-{player}" for player, _ in record.card.picks}
    return FinishedRace(record, devices, NOON, "coffee", record.card.race)
