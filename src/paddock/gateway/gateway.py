"""The gateway: decodes what comes from a socket, has it answered within a limit, and acknowledges it.

Wrong input is refused with a code to its sender alone; nothing a client sends raises beyond this module.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
import structlog

from paddock.domain.refusals import Refusal
from paddock.gateway import messages as m
from paddock.gateway.fanout import Fanout
from paddock.gateway.frames import encode
from paddock.gateway.handlers import Handlers
from paddock.gateway.rate_limits import GatewayAllowances
from paddock.gateway.sessions import Client, TokenHasher
from paddock.gateway.timeouts import SharedTimeout
from paddock.service.clock import Clock
from paddock.service.work_queue import OwnerGone
from paddock.service.work_schedule import QueueFull
from paddock.socketio import Namespace, Socket
from paddock.stores.contract import NotHome, StoreUnavailable

log = structlog.get_logger("paddock.gateway")

HANDLER_S: Final = 3.0
"""A message that takes longer is answered `timeout`; it may have been applied, and its id makes a retry safe."""
DETAIL: Final = 200

_DECODERS: Final = {
    m.type_name(message): msgspec.json.Decoder(tuple[message])  # type: ignore[valid-type]  # a run-time type
    for message in m.CLIENT_MESSAGES
}
_OK: Final = encode(m.Reply())
OVER_LIMIT_UNITS: Final = 4
"""What a message beyond the allowance costs more of what the connection may send at all: who goes on is closed."""
MISTAKE_UNITS: Final = 1
"""What a message costs more that is none, or makes no sense."""

Acknowledge = Callable[[bytes], None]


class Gateway:
    """Connects a Socket.IO namespace to the handlers."""

    def __init__(
        self,
        namespace: Namespace,
        handlers: Handlers,
        fanout: Fanout,
        allowances: GatewayAllowances,
        hasher: TokenHasher,
        clock: Clock,
    ) -> None:
        self._handlers = handlers
        self._hasher = hasher
        self._fanout = fanout
        self._allowances = allowances
        self._clock = clock
        self._timeout = SharedTimeout(HANDLER_S)
        namespace.on_connect(self._connect)
        namespace.on_disconnect(self._disconnect)
        namespace.on_raw(self._receive)

    def _connect(self, socket: Socket, auth: object) -> None:
        """Take everybody in; who they are is said by the first message that shows a seat token."""
        if not socket.recovered:
            socket.data = Client(socket)
        self._fanout.greet(socket)

    def _disconnect(self, socket: Socket, reason: str) -> None:
        client = socket.data
        if not isinstance(client, Client):
            return
        log.info(
            "session.closed",
            reason=reason,
            room=client.room,
            player=client.player,
            transport=socket.transport_name,
            seconds=round(time.monotonic() - client.since, 1),
            source=self._hasher.logged(client.source),
        )
        self._fanout.gone(client)

    def _receive(self, socket: Socket, event: str, args: bytes, ack: Acknowledge | None) -> Awaitable[None] | None:
        client = socket.data
        if not isinstance(client, Client):
            return None
        acknowledge = ack or _nobody
        message = self._decode(client, event, args)
        if isinstance(message, m.Refused):
            self._note(client, event if event in _DECODERS else "unknown", message.code)
            acknowledge(encode(message))
            return None
        return self._answer(client, message, acknowledge)

    def _decode(self, client: Client, event: str, args: bytes) -> m.ClientMessage | m.Refused:
        now = self._clock()
        allowances = self._allowances
        if not allowances.messages.take(client.allowance, now):
            client.socket.charge(OVER_LIMIT_UNITS)
            return _TOO_MANY
        if not allowances.messages_per_ip.take(client.source, now):
            return _TOO_MANY
        decoder = _DECODERS.get(event)
        if decoder is None:
            client.socket.charge(MISTAKE_UNITS)
            return refused(Refusal.UNKNOWN_MESSAGE, "see docs/wire.md for the messages there are")
        try:
            message: m.ClientMessage = decoder.decode(args)[0]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            client.socket.charge(MISTAKE_UNITS)
            return refused(Refusal.MALFORMED, str(error)[:DETAIL])
        return message

    async def _answer(self, client: Client, message: m.ClientMessage, acknowledge: Acknowledge) -> None:
        kind = m.type_name(type(message))
        try:
            answer = await self._timeout.wait_for(self._handlers.handle(client, message))
        except TimeoutError:
            log.warning("gateway.timeout", message=kind, room=client.room, player=client.player)
            answer = Refusal.TIMEOUT
        except NotHome:
            answer = Refusal.DEGRADED
        except (StoreUnavailable, OwnerGone):
            answer = Refusal.BUSY
        except QueueFull as full:
            answer = Refusal.BUSY if full.scope == "total" else Refusal.TOO_MANY
        except Exception:
            log.exception("gateway.fault", message=kind, room=client.room, player=client.player)
            answer = Refusal.INTERNAL
        if isinstance(answer, Refusal):
            self._note(client, kind, answer)
            acknowledge(encode(refused(answer)))
        else:
            acknowledge(_OK if type(answer) is m.Reply else encode(answer))

    def _note(self, client: Client, kind: str, code: Refusal) -> None:
        """Log a refusal; `telemetry` sums up what there is much of."""
        log.info(
            "gateway.refused",
            message=kind,
            room=client.room,
            player=client.player,
            code=code.value,
            source=self._hasher.logged(client.source),
        )


def refused(code: Refusal, detail: str = "") -> m.Refused:
    """Make the acknowledgement of a command that was not carried out."""
    return m.Refused(code, code.retry, detail)


_TOO_MANY: Final = refused(Refusal.TOO_MANY)


def _nobody(_: bytes) -> None:
    """Acknowledge to a client that wants no acknowledgement."""
