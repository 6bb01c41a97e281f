"""Finished races for everybody: the public record, the race as it ran, and whether the two agree.

A race is known by an id that nobody can guess, so any site may read it; it never changes, but that names leave it.
"""

from __future__ import annotations

from paddock.api import bodies as b
from paddock.api.asking import Asked
from paddock.api.ports import RestPorts
from paddock.api.problems import ProblemCode
from paddock.domain.ids import Seed
from paddock.domain.race import run
from paddock.domain.record import RaceRecord, verify
from paddock.service.work import WorkKind


class Races:
    """Answers for races."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def race(self, asked: Asked[b.RaceQuestion, b.Nothing]) -> RaceRecord | ProblemCode:
        """Give the record, as the file that `paddock verify` reads."""
        record = await self._ports.race(asked.question.race)
        return ProblemCode.NO_RACE if record is None else record

    async def replay(self, asked: Asked[b.RaceQuestion, b.Nothing]) -> b.Replay | ProblemCode:
        """Run the race again (about a millisecond) and give all of it."""
        record = await self._ports.race(asked.question.race)
        if record is None:
            return ProblemCode.NO_RACE
        async with self._ports.work[WorkKind.REPLAY].slot(asked.owner):
            return replay(record)

    async def verification(self, asked: Asked[b.RaceQuestion, b.Nothing]) -> b.Verification | ProblemCode:
        """Run the race again and compare."""
        record = await self._ports.race(asked.question.race)
        if record is None:
            return ProblemCode.NO_RACE
        async with self._ports.work[WorkKind.REPLAY].slot(asked.owner):
            differences = verify(record)
        return b.Verification(record.card.race, not differences, differences)


def replay(record: RaceRecord) -> b.Replay:
    """Make the replay of a recorded race."""
    card = record.card
    race = run(card, record.book, Seed(bytes.fromhex(record.seed)))
    lanes = zip(card.lineup, race.finish, race.segments, strict=True)
    return b.Replay(
        race=card.race,
        room=record.room,
        rule=record.rule,
        track=card.track,
        runoff=card.runoff,
        starts_at=record.starts_at,
        end=race.end,
        weather=race.weather,
        lanes=tuple(b.Lane(kind, finish, segments) for kind, finish, segments in lanes),
        order=race.order,
        picks=card.picks,
        payers=record.payers,
        names=record.names,
    )
