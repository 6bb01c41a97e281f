"""People: what is counted of them for everybody, and for the device that shows its token what it may do with it.

Whose device asks is known by the token's hash alone; no answer says which devices or tokens belong to whom.
"""

from __future__ import annotations

import re
from typing import Final

from paddock.api import bodies as b
from paddock.api.asking import Asked
from paddock.api.ports import RestPorts
from paddock.api.problems import ProblemCode, TooManyGuesses
from paddock.api.rooms import visible
from paddock.archive.contract import MOVE_LASTS_MS, Export, Profile
from paddock.domain.ids import CODE_ALPHABET, Millis
from paddock.domain.names import clean_name

_MOVE_CODE: Final = re.compile(f"[{CODE_ALPHABET}]{{8}}")


class Profiles:
    """Answers for profiles."""

    def __init__(self, ports: RestPorts) -> None:
        self._ports = ports

    async def profile(self, asked: Asked[b.ProfileQuestion, b.Nothing]) -> Profile | ProblemCode:
        """Give anybody's figures."""
        return await self._ports.archive.profile(asked.question.profile) or ProblemCode.NO_PROFILE

    async def races(self, asked: Asked[b.ProfileRacesQuestion, b.Nothing]) -> b.RacesPage | ProblemCode:
        """Give part of anybody's races, without those in rooms that the reader may not look into."""
        archive, question = self._ports.archive, asked.question
        if await archive.profile(question.profile) is None:
            return ProblemCode.NO_PROFILE
        page = await archive.races_of_profile(question.profile, question.cursor, question.limit)
        if asked.device and await archive.profile_of(asked.device) == question.profile:
            return b.RacesPage(page.items, page.next, self._ports.zone)
        shown = await visible(self._ports, page.items, asked.device)
        return b.RacesPage(shown, page.next, self._ports.zone)

    async def me(self, asked: Asked[b.OwnQuestion, b.Nothing]) -> Profile | ProblemCode:
        """Give the figures of whose device asks."""
        archive = self._ports.archive
        profile = await archive.profile_of(asked.device)
        return (profile and await archive.profile(profile)) or ProblemCode.NO_PROFILE

    async def rename(self, asked: Asked[b.OwnQuestion, b.Rename]) -> Profile | ProblemCode:
        """Change the own name."""
        name = clean_name(asked.body.name)
        if name is None:
            return ProblemCode.BAD_NAME
        archive = self._ports.archive
        profile = await archive.profile_of(asked.device)
        return (profile and await archive.rename(profile, name)) or ProblemCode.NO_PROFILE

    async def export(self, asked: Asked[b.OwnQuestion, b.Nothing]) -> Export | ProblemCode:
        """Give all that is kept of whose device asks."""
        archive = self._ports.archive
        profile = await archive.profile_of(asked.device)
        return (profile and await archive.export(profile)) or ProblemCode.NO_PROFILE

    async def erase(self, asked: Asked[b.OwnQuestion, b.Nothing]) -> b.Nothing | ProblemCode:
        """Delete whose device asks."""
        archive = self._ports.archive
        profile = await archive.profile_of(asked.device)
        if profile is None or not await archive.erase(profile):
            return ProblemCode.NO_PROFILE
        return b.Nothing()

    async def offer_move(self, asked: Asked[b.OwnQuestion, b.Nothing]) -> b.MoveCode | ProblemCode:
        """Make a code for another device."""
        archive = self._ports.archive
        profile = await archive.profile_of(asked.device)
        if profile is None:
            return ProblemCode.NO_PROFILE
        return b.MoveCode(await archive.offer_move(profile, self._ports.now()), Millis(MOVE_LASTS_MS))

    async def take_move(self, asked: Asked[b.OwnQuestion, b.TakeMove]) -> Profile | ProblemCode:
        """Make this device the other one's person's; a code that is none costs a guess, what cannot be one nothing."""
        code = asked.body.code.upper().replace("-", "").replace(" ", "")
        if _MOVE_CODE.fullmatch(code) is None:
            return ProblemCode.NO_CODE
        admission = self._ports.admission
        wait_s = await admission.admit_transfer_code(asked.source)
        if wait_s is not None:
            raise TooManyGuesses(wait_s)
        taken = await self._ports.archive.take_move(asked.body.code, asked.device, self._ports.now())
        if taken is None:
            return ProblemCode.NO_CODE
        await admission.refund_transfer_code(asked.source)
        return taken
