"""Makes tests/vectors/plays.json: what one player saw of a room, entry by entry, from one view to another.

The web client applies the entries to the first view and must come to the last one. Everything follows from numbers, so
making the file twice gives the same bytes: `python scripts/make_plays.py`.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # the language of the plays belongs to the tests

import msgspec  # noqa: E402
from msgspec import Struct  # noqa: E402
from msgspec.structs import replace  # noqa: E402
from tests.domain.plays import ARA, BORA, DOHA, JUN, MINA, Play, fresh, gate, keys, level, voting  # noqa: E402
from tests.domain.walk import walk  # noqa: E402

from paddock.domain import commands as c  # noqa: E402
from paddock.domain.card import Rule  # noqa: E402
from paddock.domain.event_views import EntryView, own_entries, public_entry  # noqa: E402
from paddock.domain.ids import PlayerId  # noqa: E402
from paddock.domain.room import Countdown, Drawing, Gathering, Podium, Racing, RunOff  # noqa: E402
from paddock.domain.settings import Settings  # noqa: E402
from paddock.domain.views import OwnView, RoomView  # noqa: E402

TARGET = ROOT / "tests" / "vectors" / "plays.json"
WALKS = 24
STEPS = 60
MOST_BYTES = 1_000_000


class Seen(Struct, frozen=True):
    """All there is to see for one player at one moment."""

    room: RoomView
    own: OwnView


class Vector(Struct, frozen=True):
    """A play as one player sees it."""

    name: str
    player: PlayerId
    start: Seen
    entries: tuple[EntryView, ...]
    end: Seen


class Camera:
    """Sees what one player sees from here on."""

    def __init__(self, name: str, play: Play, player: PlayerId) -> None:
        self._name, self._play, self._player = name, play, player
        self._start, self._from = self._seen(), play.version

    def cut(self) -> Vector:
        """Give what was seen up to now."""
        filmed = self._play.entries[self._from :]
        shown = tuple(own_entries(entry).get(self._player) or public_entry(entry) for entry in filmed)
        return Vector(self._name, self._player, self._start, shown, self._seen())

    def _seen(self) -> Seen:
        return Seen(self._play.sees(), self._play.own(self._player))


def coming_and_going() -> Iterator[Vector]:
    play = Play.opened("Mina")
    camera = Camera("people come and go", play, MINA)
    play.joins("Jun")
    play.joins("Ara", seated=False)
    play.joins("Bora", shown="Jun")
    play.does(c.RenamePlayer(ARA, "아라 🇰🇷"), c.TakeSeat(ARA), c.GiveUpSeat(JUN))
    play.waits(1_500)
    play.does(c.GoAway(BORA))
    play.waits(10_000)
    play.does(c.ComeBack(BORA), c.GoAway(ARA), c.LeaveRoom(JUN))
    play.waits(500)
    yield camera.cut()


def crown() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", "Ara")
    camera = Camera("the crown goes round", play, ARA)
    play.does(c.HandOver(MINA, JUN), c.GoAway(JUN))
    play.waits(play.room.pace.seat_grace_ms)
    play.does(c.LeaveRoom(MINA), c.GiveUpSeat(ARA), c.TakeSeat(ARA))
    yield camera.cut()


def the_door() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", "Ara", "Bora")
    camera = Camera("kicked, blocked and let in again", play, MINA)
    play.does(c.Kick(MINA, JUN), c.Block(MINA, ARA), c.Block(MINA, BORA), c.Unblock(MINA, 0))
    play.joins("Ara")
    yield camera.cut()


def talk() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun")
    camera = Camera("talk, with a room that is kept alive by it", play, JUN)
    play.does(c.Say(JUN, "안녕 @Mina 👋🏽"))
    play.waits(700_000)
    play.does(c.Say(MINA, "<b>hello</b> @Jun"), c.Say(JUN, "ㅋㅋㅋ"))
    yield camera.cut()


def secret_picks() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", settings=voting())
    cameras = [Camera(f"picks and votes, seen by {who}", play, who) for who in (MINA, JUN)]
    play.does(c.PickRacer(MINA, 0), c.PickRacer(MINA, 3), c.PickForMe(JUN), c.CastVote(JUN, 2), c.CastVote(MINA, 1))
    play.does(c.PickForMe(JUN), c.CastVote(JUN, None), c.PickForMe(JUN), c.PickRacer(MINA, 3), c.SetReady(MINA, False))
    play.does(c.SetReady(MINA, True), c.PickRacer(JUN, 1), c.PickRacer(MINA, 4))
    yield from (camera.cut() for camera in cameras)


def settings() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", settings=voting())
    camera = Camera("the host changes everything", play, JUN)
    play.does(c.PickRacer(JUN, 2), c.CastVote(JUN, 1))
    first = play.room.settings
    second = replace(first, title="목요일 커피", rules="한 잔씩\n라떼 금지", pick_seconds=30)
    third = replace(second, rule=Rule.FIRST, capacity=4, one_device=True, locked=True)
    fourth = replace(third, rule=Rule.VOTE, track=1000, racers=6, life_h=6)
    last = replace(fourth, pick_seconds=0, racers=4)
    for chosen, password in ((second, None), (third, "a hash"), (fourth, None), (last, None), (last, "")):
        play.does(c.ChangeSettings(MINA, chosen, gate(chosen.racers), password))
        play.does(c.PickRacer(JUN, 1))
    yield camera.cut()


def one_round() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", "Ara", settings=Settings(rule=Rule.FIRST))
    cameras = [Camera(f"a round from picking to picking, seen by {who}", play, who) for who in (MINA, ARA)]
    play.all_pick(Mina=0, Jun=1)
    play.races()
    play.does(c.NextRound(MINA, play.fresh()))
    yield from (camera.cut() for camera in cameras)


def roulette() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", "Ara", "Bora", "Doha", settings=voting())
    play.does(c.SetReady(DOHA, False))
    camera = Camera("a vote, and somebody leaves while it is drawn", play, JUN)
    play.all_pick(Mina=0, Jun=1, Ara=2)
    play.does(*(c.CastVote(who, rank) for who, rank in ((MINA, 1), (JUN, 2), (ARA, 3), (BORA, 3))))
    play.starts()
    play.waits(2_000)
    play.does(c.LeaveRoom(ARA), c.LeaveRoom(DOHA))
    play.until(Racing)
    play.does(c.LeaveRoom(BORA))
    play.races()
    play.waits(play.room.pace.podium_ms)
    yield camera.cut()


def called_off() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", settings=voting(pick_seconds=60))
    cameras = [Camera(f"called off, seen by {who}", play, who) for who in (MINA, JUN)]
    play.does(c.CastVote(MINA, 2), c.PickRacer(JUN, 4))
    play.starts()
    play.does(c.GiveUpSeat(JUN))
    play.joins("Ara")
    play.does(c.PickRacer(MINA, 0))
    yield from (camera.cut() for camera in cameras)


def absent() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", settings=Settings(pick_seconds=20))
    camera = Camera("the deadline picks for the absent", play, JUN)
    play.does(c.GoAway(JUN))
    play.until(Countdown)
    play.does(c.ComeBack(JUN))
    yield camera.cut()


def run_offs() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun", "Ara", races=level())
    camera = Camera("run-offs down to the last resort", play, BORA)
    play.joins("Bora", seated=False)
    play.all_pick(Mina=1, Jun=1, Ara=1)
    play.races()
    yield camera.cut()
    play = Play.opened("Mina", "Jun", "Ara", number=2)
    play.all_pick(Mina=1, Jun=1, Ara=0)
    play.starts()
    play.until(Drawing)
    camera = Camera("two on the racer that pays race a run-off", play, JUN)
    play.races()
    yield camera.cut()


def left_alone() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun")
    play.joins("Ara", seated=False)
    play.does(c.PickRacer(JUN, 0))
    play.starts()
    play.until(Racing)
    camera = Camera("everybody goes, the race ends, the room closes and is opened again", play, ARA)
    play.does(c.LeaveRoom(MINA), c.GoAway(JUN))
    play.until(Podium)
    play.waits(play.room.pace.podium_ms)
    play.does(c.GiveUpSeat(JUN))
    play.waits(play.room.pace.empty_grace_ms)
    yield camera.cut()
    camera = Camera("a closed room is opened again", play, MINA)
    play.does(c.ReopenRoom(MINA, "Mina", keys("Mina"), fresh(77)))
    yield camera.cut()


def expired() -> Iterator[Vector]:
    play = Play.opened("Mina", "Jun")
    camera = Camera("nobody did anything for hours", play, JUN)
    play.does(c.PickRacer(JUN, 0))
    play.waits(3 * 3_600_000)
    yield camera.cut()


def second_start() -> Iterator[Vector]:
    """Every phase is once the first thing somebody sees."""
    for phase in (Drawing, Countdown, Racing, Podium, RunOff):
        play = Play.opened("Mina", "Jun", races=level())
        play.all_pick(Mina=1, Jun=1)
        play.starts()
        play.until(phase)
        camera = Camera(f"coming in at {phase.__name__.lower()}", play, JUN)
        play.does(c.Say(MINA, "go!"))
        play.waits(60_000)
        yield camera.cut()


def clock_set() -> Iterator[Vector]:
    """The calendar is set in every phase that somebody waits in, forwards and backwards."""
    for hours, way in ((3, "forwards"), (-30, "backwards")):
        play = Play.opened("Mina", "Jun", "Ara", settings=Settings(pick_seconds=60))
        play.does(c.GoAway(ARA))
        camera = Camera(f"the clock is set {way} again and again", play, JUN)
        for phase in (Gathering, Drawing, Countdown, Racing, Podium):
            play.until(phase)
            play.sets_the_clock(hours * 3_600_000)
            play.waits(300)
        play.does(c.ComeBack(ARA))
        yield camera.cut()


HAND_MADE: tuple[Callable[[], Iterator[Vector]], ...] = (
    coming_and_going,
    crown,
    the_door,
    talk,
    secret_picks,
    settings,
    one_round,
    roulette,
    called_off,
    absent,
    run_offs,
    left_alone,
    expired,
    second_start,
    clock_set,
)


def wandering(number: int) -> Vector:
    """A play in which people do whatever comes to their minds."""
    chance = random.Random(number)
    play = Play.opened(
        "Mina", "Jun", "Ara", settings=voting(), number=1000 * number, races=level() if number % 3 == 0 else None
    )
    walk(play, chance, steps=chance.randrange(STEPS))
    camera = Camera(f"wandering {number}", play, chance.choice((MINA, JUN, ARA)))
    walk(play, chance, steps=STEPS)
    return camera.cut()


def vectors() -> bytes:
    """Return the file: one entry per line, so that a difference can be read."""
    plays = [vector for made in HAND_MADE for vector in made()]
    plays += [wandering(number) for number in range(1, WALKS + 1)]
    return b"[\n" + b",\n".join(_text(vector) for vector in plays) + b"\n]\n"


def _text(vector: Vector) -> bytes:
    name, player, start, end = map(msgspec.json.encode, (vector.name, vector.player, vector.start, vector.end))
    entries = b",\n".join(msgspec.json.encode(entry) for entry in vector.entries)
    return b'{"name":%b,"player":%b,"start":\n%b,"entries":[\n%b\n],"end":\n%b}' % (name, player, start, entries, end)


if __name__ == "__main__":
    text = vectors()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(text)
    sys.stdout.write(f"{TARGET.name}: {len(text)} bytes\n")
