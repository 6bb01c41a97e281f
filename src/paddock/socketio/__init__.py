"""A Socket.IO v5 / Engine.IO v4 server on aiohttp, for the unmodified official clients.

It knows nothing of the application around it and imports nothing of it. A server is made of a sans-I/O core
(`packet`, `parser`, `session`, `connection`, `timer_wheel`) under a thin aiohttp shell (`engine`, `transport_ws`,
`transport_polling`, `site`). Every queue is bounded; every bound is in `Options`.
"""

from __future__ import annotations

from .broadcast import BroadcastOperator
from .engine import Engine
from .errors import CallTimeout, ConnectRefused, Disconnected, SocketIOError, TooManyCalls
from .handshake import Handshake
from .head import Asker
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
from .switching import Switched, detach

__all__ = [
    "Asker",
    "BroadcastOperator",
    "CallTimeout",
    "ConnectRefused",
    "Counters",
    "Disconnected",
    "Engine",
    "Frame",
    "Handler",
    "Handshake",
    "Histogram",
    "Listener",
    "Namespace",
    "Options",
    "RawHandler",
    "Recovery",
    "Server",
    "Session",
    "Site",
    "Socket",
    "SocketIOError",
    "Switched",
    "TooManyCalls",
    "detach",
    "http_logger",
    "open_files",
    "origin_allowed",
    "random_sid",
    "reset",
    "reset_if_stalled",
]
