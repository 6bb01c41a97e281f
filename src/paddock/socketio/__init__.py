"""A Socket.IO v5 / Engine.IO v4 server on aiohttp, for the unmodified official clients.

It knows nothing of the application around it and imports nothing of it. A server is made of a sans-I/O core
(`packet`, `parser`, `session`, `connection`, `timer_wheel`) under a thin aiohttp shell (`engine`, `transport_ws`,
`transport_polling`, `site`). Every queue is bounded; every bound is in `Options`.
"""

from __future__ import annotations

from .broadcast import BroadcastOperator
from .engine import Engine
from .errors import CallTimeout, ConnectRefused, Disconnected, SocketIOError, TooManyCalls
from .fast_handshake import RequestInfo
from .handshake import Handshake
from .hijacking import Hijacked, hijack
from .histogram import Histogram
from .host import Listener
from .http_log import http_logger
from .limits import Options, random_sid
from .metrics import Counters
from .namespace import Handler, Namespace, RawHandler
from .origin import origin_allowed
from .packet import Frame
from .process import open_files, reset, reset_if_stalled
from .recovery import Recovery
from .server import Server
from .session import Session
from .site import Site
from .socket import Socket

__all__ = [
    "BroadcastOperator",
    "CallTimeout",
    "ConnectRefused",
    "Counters",
    "Disconnected",
    "Engine",
    "Frame",
    "Handler",
    "Handshake",
    "Hijacked",
    "Histogram",
    "Listener",
    "Namespace",
    "Options",
    "RawHandler",
    "Recovery",
    "RequestInfo",
    "Server",
    "Session",
    "Site",
    "Socket",
    "SocketIOError",
    "TooManyCalls",
    "hijack",
    "http_logger",
    "open_files",
    "origin_allowed",
    "random_sid",
    "reset",
    "reset_if_stalled",
]
