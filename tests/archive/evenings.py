"""Races for the tests of the archive: who raced on what and who came first is said, not computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.domain import heats
from tests.stores.builders import NOON, code

from paddock.domain.card import Card, Draw, Rule
from paddock.domain.finished import FinishedRace
from paddock.domain.ids import Kind, Millis, PlayerId, RaceId
from paddock.domain.record import RaceRecord
from paddock.domain.room import SettingChange

LINEUP = tuple(map(Kind, ("tiger", "snail", "hare", "crab", "mole")))
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
TODAY = date(2027, 1, 15)
"""The day of `NOON` in Seoul, where the archives of tests are."""


def player(name: str) -> PlayerId:
    return PlayerId(name.lower()[:10].ljust(10, "0"))


def device(name: str) -> str:
    return f"device of {name}"


def race_id(number: int, runoff: int = 0) -> RaceId:
    return RaceId(f"r{number:013d}{runoff:02d}")


def raced(
    number: int,
    *order: str,
    pays: Sequence[str] | None = None,
    at: int | None = None,
    room: int = 1,
    opened_at: int = NOON,
    title: str = "coffee",
    runoff: int = 0,
    lineup: tuple[Kind, ...] = LINEUP,
    known: bool = True,
    changes: tuple[SettingChange, ...] = (),
) -> FinishedRace:
    """Race `number`: each of `order` is who was on the racer of that rank, several names with spaces between.

    Racers are in the order of their finish, so the first one named is on racer 0. `pays`, the last one unless said
    otherwise, are those who are left to pay; run-offs have the number of their first heat. `known` gives everybody
    their device.
    """
    places = [group.split() for group in order]
    picks = tuple(sorted((player(name), racer) for racer, names in enumerate(places) for name in names))
    left = places[-1] if pays is None else pays
    starts_at = Millis(NOON + number * MINUTE + runoff * 1000 if at is None else at)
    name = race_id(number, runoff)
    record = RaceRecord(
        schema=1,
        room=code(room),
        rule=Rule.LAST,
        card=Card(name, 500, lineup, picks, Draw(Rule.LAST, (), len(places), len(places)), runoff),
        book=heats.book(),
        seed=f"{number:064x}",
        commitment=f"{number + 1:064x}",
        starts_at=starts_at,
        finish=tuple(Millis(20_000 + lane) if lane < len(places) else None for lane in range(len(lineup))),
        order=tuple((racer,) for racer in range(len(places))),
        payers=tuple(sorted(player(name) for name in left)),
        names={player(name): name for names in places for name in names},
    )
    devices = {player(name): device(name) for names in places for name in names} if known else {}
    return FinishedRace(record, devices, Millis(opened_at), title, race_id(number), changes)
