"""A file as an answer, with what RFC 9110 says of the headers that choose what of it is sent.

aiohttp does the sending; it looks for names of codings anywhere in `Accept-Encoding`, also refused ones (`q=0`), and
takes a `Range` that it cannot read, or a unit that it does not know, for one outside of the file. So it is given
headers that say the same in the one way that it reads.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict

CODINGS: Final = ("br", "gzip")
"""Those that files are kept in, the smallest first."""
_RANGE: Final = re.compile(r"\s*bytes\s*=\s*(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))\s*", re.ASCII | re.IGNORECASE)
_QUALITY: Final = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)


class StaticFile(web.FileResponse):
    """A file whose plain and compressed forms stand beside each other."""

    def __init__(self, path: Path, headers: dict[str, str]) -> None:
        super().__init__(path, headers={**headers, hdrs.VARY: hdrs.ACCEPT_ENCODING})

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Begin to send what the request asks for."""
        headers = CIMultiDict(request.headers)
        headers[hdrs.ACCEPT_ENCODING] = ", ".join(accepted(request.headers.getall(hdrs.ACCEPT_ENCODING, [])))
        if not _asks_for_a_part(request):
            headers.popall(hdrs.RANGE, None)
        return await super().prepare(request.clone(headers=headers))


def accepted(fields: list[str]) -> tuple[str, ...]:
    """Return which of our codings an `Accept-Encoding` takes; what cannot be read takes nothing."""
    weights: dict[str, float] = {}
    for part in ",".join(fields).lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                weight = float(value) if _QUALITY.fullmatch(value.strip()) else 0.0
        weights[name] = weight
    return tuple(coding for coding in CODINGS if weights.get(coding, weights.get("*", 0.0)) > 0)


def _asks_for_a_part(request: web.BaseRequest) -> bool:
    """Say whether the request has a range that can be served; any other is ignored, and the whole file is sent."""
    asked = request.headers.getall(hdrs.RANGE, [])
    if len(asked) != 1 or request.method != hdrs.METH_GET:
        return False
    found = _RANGE.fullmatch(asked[0])
    if found is None:
        return False
    if hdrs.IF_RANGE in request.headers and request.if_range is None:
        return False  # an entity tag, which would have to be compared
    first, last, suffix = found.groups()
    if suffix is not None:
        return int(suffix) > 0
    return not last or int(first) <= int(last)
