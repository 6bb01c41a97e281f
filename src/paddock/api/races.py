"""Public records of finished races, as the file that `paddock verify` and the verification page read."""

from __future__ import annotations

import hashlib
import re
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import ETag, web

from paddock.api.ports import ApiPorts
from paddock.api.problems import ProblemCode, problem
from paddock.domain.ids import RACE_PATTERN, RaceId
from paddock.stores.contract import StoreUnavailable

_RACE: Final = re.compile(RACE_PATTERN)


class Races:
    """Answers for race records."""

    def __init__(self, ports: ApiPorts) -> None:
        self._ports = ports

    async def race(self, request: web.Request) -> web.Response:
        """Answer with one record; it never changes, and any site may read it."""
        name = request.match_info["race"]
        try:
            record = await self._ports.race(RaceId(name)) if _RACE.fullmatch(name) else None
        except StoreUnavailable:
            return problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                ProblemCode.UNAVAILABLE,
                "Records cannot be read just now.",
                retry_after_s=2,
            )
        if record is None:
            return problem(
                HTTPStatus.NOT_FOUND, ProblemCode.NO_RACE, "There is no such finished race, or it is kept no longer."
            )
        body = msgspec.json.encode(record)
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers = {"Cache-Control": "public, max-age=86400, immutable", "Access-Control-Allow-Origin": "*"}
        if any(known.value in (tag, "*") for known in request.if_none_match or ()):
            response = web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        else:
            response = web.Response(body=body, content_type="application/json", headers=headers)
        response.etag = ETag(tag)
        return response
