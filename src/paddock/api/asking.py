"""Reads a request as the typed question of its address; nothing is guessed, and nothing is turned into another type.

A token is hashed the moment it is read: its text is in no question, no log and no error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, Generic

import msgspec
from aiohttp import hdrs, web
from msgspec import Struct
from msgspec import inspect as mi

from paddock.api.addresses import Address, B, Q
from paddock.api.bodies import Nothing
from paddock.api.problems import ProblemCode
from paddock.domain.ids import TOKEN_PATTERN
from paddock.service.work_queue import Owner
from paddock.socketio.surrogates import without_lone

DETAIL: Final = 200
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,15}")
_TOKEN: Final = re.compile(TOKEN_PATTERN)
_SCHEME: Final = "bearer"


class Asked(Struct, Generic[Q, B], frozen=True):
    """What was asked, by which device: its hashed token, empty when none was shown (never where one must be).

    `owner` says whose work it is to answer, and `source` where the request comes from.
    """

    question: Q
    body: B
    device: str
    owner: Owner
    source: str


class WrongRequest(Exception):  # noqa: N818 - an answer, not an error
    """The request is not what the address wants; `detail` says what for developers."""

    def __init__(self, code: ProblemCode, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class Reader(Generic[Q, B]):
    """Reads requests to one address.

    Args:
        address: what is asked there.
        device: hashes the token of a device.
        owner: says whose a request is.
        source: names where it comes from.
    """

    def __init__(
        self,
        address: Address[Q, B, Struct],
        device: Callable[[str], str],
        owner: Callable[[web.Request], Owner],
        source: Callable[[web.Request], str],
    ) -> None:
        self._address = address
        self._device = device
        self._owner = owner
        self._source = source
        self._places = {
            field.name: field.type for field in msgspec.structs.fields(address.question) if field.name in address.places
        }
        self._integers = _integers(address.question)

    async def read(self, request: web.Request) -> Asked[Q, B]:
        """Give what was asked.

        Raises:
            WrongRequest: it is not what the address wants.
        """
        device = self._bearer(request)
        question = self._question(request)
        body = await self._body(request)
        return Asked(question, body, device, self._owner(request), self._source(request))

    def _bearer(self, request: web.Request) -> str:
        wants = self._address.bearer
        if wants == "never":
            return ""
        shown = [line.partition(" ") for line in request.headers.getall(hdrs.AUTHORIZATION, [])]
        tokens = [token.strip() for scheme, _, token in shown if scheme.lower() == _SCHEME]
        if not tokens and wants == "may":
            return ""
        if len(tokens) != 1 or _TOKEN.fullmatch(tokens[0]) is None:
            raise WrongRequest(ProblemCode.NO_TOKEN)
        return self._device(tokens[0])

    def _question(self, request: web.Request) -> Q:
        values: dict[str, str | int] = {}
        for name, kind in self._places.items():
            values[name] = request.match_info[name]
            try:
                msgspec.convert(values[name], kind)
            except msgspec.ValidationError:
                raise WrongRequest(self._address.missing) from None
        for name, text in request.query.items():
            if name in values:
                raise WrongRequest(ProblemCode.MALFORMED, f"`{name[:DETAIL]}` stands there twice")
            values[name] = int(text) if name in self._integers and _INTEGER.fullmatch(text) else text
        try:
            return msgspec.convert(values, self._address.question)
        except msgspec.ValidationError as error:
            raise WrongRequest(ProblemCode.MALFORMED, str(error)[:DETAIL]) from None

    async def _body(self, request: web.Request) -> B:
        kind = self._address.body
        if issubclass(kind, Nothing):
            return kind()
        if request.content_type != "application/json":
            raise WrongRequest(ProblemCode.UNSUPPORTED_TYPE)
        try:
            body = await request.read()
            return msgspec.json.decode(without_lone(body) or body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WrongRequest(ProblemCode.MALFORMED, str(error)[:DETAIL]) from None
        except web.HTTPException as refusal:
            if refusal.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise
            raise WrongRequest(ProblemCode.TOO_LARGE) from None


def _integers(question: type[Struct]) -> frozenset[str]:
    info = mi.type_info(question)
    if not isinstance(info, mi.StructType):
        raise TypeError(f"{question} is no Struct")
    return frozenset(field.name for field in info.fields if any(isinstance(k, mi.IntType) for k in _kinds(field.type)))


def _kinds(kind: mi.Type) -> tuple[mi.Type, ...]:
    match kind:
        case mi.Metadata(type=inner):
            return _kinds(inner)
        case mi.UnionType(types=types):
            return tuple(inner for part in types for inner in _kinds(part))
        case _:
            return (kind,)
