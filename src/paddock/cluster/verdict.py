"""Whether a room came through unharmed: races that started finished, are recorded once, and nobody missed anything."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import aiohttp
import msgspec
from msgspec import Struct

from paddock.domain.ids import RaceId
from paddock.domain.record import RaceRecord, verify
from paddock.loadtest.party import Party


class Verdict(Struct, frozen=True):
    """What was found; `wrong` is empty when all is well."""

    started: int
    finished: int
    recorded: int
    gaps: int
    recovered: int
    afresh: int
    dark: tuple[float, ...]
    wrong: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether all is well."""
        return not self.wrong

    def lines(self) -> list[str]:
        """Write it down for people."""
        longest = max(self.dark, default=0.0)
        return [
            f"races started {self.started}, finished {self.finished}, recorded once and verified {self.recorded}",
            f"gaps in versions {self.gaps}; connections recovered {self.recovered}, begun afresh {self.afresh}",
            f"dark {len(self.dark)} times, {sum(self.dark):.1f} s in all, {longest:.1f} s at the longest",
            *(f"WRONG: {one}" for one in self.wrong),
            "SOUND: nothing was lost" if self.sound else "NOT SOUND",
        ]


async def judge(party: Party, urls: Sequence[str], session: aiohttp.ClientSession) -> Verdict:
    """Hold what the people of a room saw to what every node has kept."""
    wrong = []
    if not party.started:
        wrong.append("no race was run")
    if party.started != party.finished:
        wrong.append(f"started and not seen to finish: {sorted(party.started ^ party.finished)}")
    twice = {race for guest in party.guests for race in guest.finished if guest.finished.count(race) > 1}
    if twice:
        wrong.append(f"finished more than once: {sorted(twice)}")
    gaps = sum(guest.gaps for guest in party.guests)
    if gaps:
        wrong.append(f"{gaps} times an entry was not the next one")
    recorded = 0
    for race in sorted(party.finished):
        why = await _unsound(race, urls, session)
        recorded += why is None
        if why is not None:
            wrong.append(why)
    history = await party.history()
    if len(set(history)) != len(history) or not set(history) <= party.finished:
        wrong.append(f"the room's history has races twice or unseen: {history}")
    return Verdict(
        started=len(party.started),
        finished=len(party.finished),
        recorded=recorded,
        gaps=gaps,
        recovered=sum(guest.recovered for guest in party.guests),
        afresh=sum(guest.afresh for guest in party.guests),
        dark=tuple(dark.seconds for dark in party.dark),
        wrong=tuple(wrong),
    )


async def _unsound(race: RaceId, urls: Sequence[str], session: aiohttp.ClientSession) -> str | None:
    records = set()
    for url in urls:
        try:
            async with session.get(f"{url}/api/races/{race}") as answer:
                if answer.status != HTTPStatus.OK:
                    return f"race {race} is not recorded ({answer.status} from {url})"
                records.add(await answer.read())
        except (OSError, TimeoutError, aiohttp.ClientError) as error:
            return f"race {race} cannot be asked for at {url}: {error!r}"
    if len(records) > 1:
        return f"race {race} is recorded differently at different nodes"
    differences = verify(msgspec.json.decode(records.pop(), type=RaceRecord))
    return f"race {race} does not verify: {differences[0]}" if differences else None
