"""The Engine.IO server: sessions by id, their requests, and the one timer that keeps them going.

Never looks into a message. Runs on aiohttp; everything it does for a session goes through `Session`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import msgspec
from aiohttp import web

from .admission import Admission
from .fair_scheduler import FairScheduler
from .fast_handshake import FastHandshake, RequestInfo
from .handshake import EngineErrorCode, Handshake, check_opening, check_protocol, check_transport
from .host import Listener
from .limits import Options
from .metrics import Counters, count
from .origin import cors_headers, origin_allowed, preflight_headers
from .packet import Frame
from .process import raise_open_files
from .rate_limit import Offenders
from .session import Session
from .session_state import SessionState
from .timer_wheel import TimerWheel
from .transport_polling import PollingTransport, answer_poll, body_of, hand_over, take_post
from .transport_ws import shake_hands, switch
from .websocket import GOING_AWAY, VIOLATION, accept_key

Accept = Callable[[Session, Handshake], Listener]

REQUEST_S: Final = 0.0003
"""Seconds of an iteration of the event loop that a request is charged for what aiohttp does with it."""


class Engine:
    """All sessions of one server.

    Args:
        options: settings and bounds.
        accept: makes the listener of each new session.
    """

    def __init__(self, options: Options, accept: Accept) -> None:
        self.options = options
        self.counters = Counters()
        self.sessions: dict[str, Session] = {}
        self.scheduler = FairScheduler(options.turn_seconds)
        self._accept = accept
        self._offenders = Offenders()
        self._thrown_out = Offenders()
        self._sources: dict[str, int] = {}
        self._wheel = TimerWheel(options.tick)
        self._admission = Admission(options.admit_rate, options.admit_burst, options.dice, options.network_factor)
        self._timer: asyncio.TimerHandle | None = None
        self._due_at = 0.0
        self._closing = False

    def attach(self, app: web.Application) -> None:
        """Add the routes and the end of the server to an aiohttp application."""
        path = self.options.path.rstrip("/")
        app.router.add_route("*", path, self.handle)
        app.router.add_route("*", path + "/", self.handle)
        app.on_startup.append(self._start)
        app.on_shutdown.append(self._stop)

    def count_refused(self, reason: str) -> None:
        """Count a request that the application has refused for the server."""
        count(self.counters.refused, reason)

    def sleep(self, session: Session, at: float) -> None:
        """Wake the session at `at` (loop time) or up to a tick later."""
        if self._wheel.schedule(session, at):
            self._arm()

    def sleep_for(self, session: Session, seconds: float) -> None:
        """Wake the session after so many seconds."""
        self.sleep(session, asyncio.get_running_loop().time() + seconds)

    def forget(self, session: Session) -> None:
        """Remove a session that has ended."""
        if self.sessions.pop(session.sid, None) is None:
            return
        self._wheel.cancel(session)
        now = self._clock()
        if session.limiter.overran(now):
            self._offenders.note(session.source, now)
        if session.broken:
            self._thrown_out.note(session.source, now)
        for network in self._networks(session.source):
            left = self._sources[network] - 1
            if left:
                self._sources[network] = left
            else:
                del self._sources[network]

    async def close(self) -> None:
        """End every session; clients are told that the server goes away and may come back at once."""
        self._closing = True
        for session in list(self.sessions.values()):
            session.close("server shutting down", GOING_AWAY)
        if self._timer is not None and not self.sessions:
            self._timer.cancel()
            self._timer = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request to the server's path.

        A POST that is refused ends its connection: the bodies of those behind it would be read to be thrown away.
        """
        answer = await self._answer(request)
        if request.method == "POST" and answer.status >= 400:
            answer.force_close()
        return answer

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if self.scheduler.is_exhausted:
            await self.scheduler.wait(self._source(request))
        self.scheduler.charge(REQUEST_S)
        origin = request.headers.get("Origin")
        host = request.headers.get("Host", "")
        if not origin_allowed(origin, host, self.options):
            return self._refuse(EngineErrorCode.FORBIDDEN, {})
        headers = cors_headers(origin, host, self.options)
        if request.method == "OPTIONS":
            if headers:
                headers.update(preflight_headers(request.headers.get("Access-Control-Request-Headers")))
            return web.Response(status=204, headers=headers)
        query = request.query
        refusal = check_transport(query, self.options)
        if refusal is not None:
            return self._refuse(refusal, headers)
        upgrading = request.headers.get("Upgrade", "").lower() == "websocket"
        sid = query.get("sid")
        if not sid:
            refusal = check_opening(query, request.method, upgrading)
            if refusal is not None:
                return self._refuse(refusal, headers)
            return await self._open(request, headers)
        session = self.sessions.get(sid)
        if session is None:
            return await self._forward(request, sid, headers)
        refusal = check_protocol(query)
        if refusal is not None:
            return self._refuse(refusal, headers)
        if query["transport"] == "websocket":
            if not upgrading:
                return self._refuse(EngineErrorCode.BAD_REQUEST, headers)
            return await self._upgrade(request, session)
        if isinstance(session.transport, PollingTransport) and not upgrading:
            if request.method == "GET":
                return await self._poll(request, session, session.transport, headers)
            if request.method == "POST":
                return await self._post(request, session, session.transport, headers)
        return self._refuse(EngineErrorCode.BAD_REQUEST, headers)

    def greet(self, transport: asyncio.Transport, opening: FastHandshake, early: bytes) -> bool:
        """Open a session for a handshake that aiohttp has not seen, followed by `early` bytes; or leave all as it is.

        What is not let in here is left to `handle`, which has the words for it.
        """
        origin = opening.headers.get("Origin")
        key = accept_key(opening.headers)
        host = opening.headers["Host"]
        if key is None or not origin_allowed(origin, host, self.options):
            return False
        if self.options.allow_host is not None and not self.options.allow_host(host):
            return False
        if "websocket" not in self.options.transports or check_protocol(opening.query) is not None:
            return False
        source = self._source(opening)
        if self._full(source) is not None or not self._thrown_out.admits(source, self._clock()):
            return False
        if not self._admission.let_in(self._clock(), self._networks(source)):
            return False
        websocket = switch(transport, key, self.options)
        session = Session(self.options.make_sid(), websocket, self, source)
        self._begin(session, Handshake(source, opening.headers, opening.query))
        websocket.read_into(session)
        if early:
            websocket.data_received(early)
        return True

    async def _open(self, request: web.Request, headers: dict[str, str]) -> web.StreamResponse:
        source = self._source(request)
        full = self._full(source)
        if full is not None:
            return self._refuse(full, headers)
        if not self._thrown_out.admits(source, self._clock()):
            return self._refuse(EngineErrorCode.TOO_MANY_OF_SOURCE, {**headers, "Retry-After": "1"})
        wait = self._admission.knock(self._clock(), self._networks(source))
        if wait is not None:
            return self._refuse(EngineErrorCode.TOO_MANY_AT_ONCE, {**headers, "Retry-After": str(wait)})
        handshake = Handshake(source, request.headers, request.query)
        if request.query["transport"] == "polling":
            mailbox = PollingTransport()
            self._begin(Session(self.options.make_sid(), mailbox, self, source), handshake)
            return _text(body_of(mailbox.fetch()), headers)
        websocket, response = await shake_hands(request, self.options)
        if websocket is not None:
            session = Session(self.options.make_sid(), websocket, self, source)
            self._begin(session, handshake)
            websocket.read_into(session)
        return response

    def _full(self, source: str) -> EngineErrorCode | None:
        if self._closing or len(self.sessions) >= self.options.max_sessions:
            return EngineErrorCode.TOO_MANY
        most = self.options.max_sessions_per_source
        for network in self._networks(source):
            if self._sources.get(network, 0) >= most:
                return EngineErrorCode.TOO_MANY_OF_SOURCE
            most *= self.options.network_factor
        return None

    def _begin(self, session: Session, handshake: Handshake) -> None:
        options = self.options
        self.sessions[session.sid] = session
        for network in self._networks(handshake.source):
            self._sources[network] = self._sources.get(network, 0) + 1
        can_upgrade = options.allow_upgrades and "websocket" in options.transports
        upgrades = ["websocket"] if can_upgrade and session.transport.name == "polling" else []
        opening = {
            "sid": session.sid,
            "upgrades": upgrades,
            "pingInterval": round(options.ping_interval * 1000),
            "pingTimeout": round(options.ping_timeout * 1000),
            "maxPayload": options.max_payload,
        }
        session.send(Frame(b"0" + msgspec.json.encode(opening)))
        now = self._clock()
        session.start(self._accept(session, handshake), now, self._offenders.burst_fraction(handshake.source, now))

    async def _upgrade(self, request: web.Request, session: Session) -> web.StreamResponse:
        websocket, response = await shake_hands(request, self.options)
        if websocket is None:
            return response
        if not self.options.allow_upgrades or not session.begin_upgrade(websocket, self._clock()):
            count(self.counters.refused, "second websocket")
            websocket.close(VIOLATION, "second websocket")
        websocket.read_into(session)
        return response

    async def _poll(
        self, request: web.Request, session: Session, mailbox: PollingTransport, headers: dict[str, str]
    ) -> web.StreamResponse:
        body = await answer_poll(request, mailbox, session)
        if body is None:
            return self._refuse(EngineErrorCode.BAD_REQUEST, headers)
        answer = _text(body, headers)
        try:
            await hand_over(request, answer, self.options.body_timeout)
        except ConnectionError:
            session.lost(mailbox, "transport error")
        return answer

    async def _post(
        self, request: web.Request, session: Session, mailbox: PollingTransport, headers: dict[str, str]
    ) -> web.StreamResponse:
        if session.state is not SessionState.OPEN:
            return self._refuse(EngineErrorCode.UNKNOWN_SESSION, headers)
        status = await take_post(request, mailbox, session, self.options, self._clock)
        if status == 400:
            return self._refuse(EngineErrorCode.BAD_REQUEST, headers)
        if status != 200:
            return web.Response(status=status, headers=headers)
        headers["Cache-Control"] = "no-store"
        return web.Response(text="ok", content_type="text/html", headers=headers)

    async def _forward(self, request: web.Request, sid: str, headers: dict[str, str]) -> web.StreamResponse:
        if self.options.forward is not None:
            answer = await self.options.forward(request, sid)
            if answer is not None:
                return answer
        return self._refuse(EngineErrorCode.UNKNOWN_SESSION, headers)

    def _refuse(self, refusal: EngineErrorCode, headers: dict[str, str]) -> web.Response:
        count(self.counters.refused, refusal.name)
        return web.Response(status=refusal.status, body=refusal.body, content_type="application/json", headers=headers)

    def _source(self, request: RequestInfo) -> str:
        if self.options.source is not None:
            return self.options.source(request)
        return request.remote or ""

    def _networks(self, source: str) -> tuple[str, ...]:
        return (source,) if self.options.networks is None else self.options.networks(source)

    def _clock(self) -> float:
        return asyncio.get_running_loop().time()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at = self._wheel.next_deadline()
        if at is not None:
            self._due_at = at
            self._timer = asyncio.get_running_loop().call_at(at, self._wake_due)

    def _wake_due(self) -> None:
        self._timer = None
        now = self._clock()
        # A loop may wake a timer up to its clock's resolution early.
        self.counters.lags.observe(max(0.0, now - self._due_at))
        self._wheel.advance(now)
        self._arm()

    async def _start(self, app: web.Application) -> None:
        raise_open_files(self.options.open_files)

    async def _stop(self, app: web.Application) -> None:
        await self.close()


def _text(body: bytes, headers: dict[str, str]) -> web.Response:
    headers["Cache-Control"] = "no-store"
    return web.Response(body=body, content_type="text/plain", charset="UTF-8", headers=headers)
