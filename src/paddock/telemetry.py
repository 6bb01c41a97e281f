"""Logging: dotted event names with fields, for people or as JSON lines; it never lets a secret or a long text through.

Set up once by the command line; everything else only calls `structlog.get_logger`. Lines of libraries take the same
way. Tracebacks are plain: they show code, not the values of variables. Lines that clients cause are written a few times
and then summed up, so nobody can fill a disk or hide something behind a flood.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Mapping
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from paddock.log_sampling import WINDOW_S, LogSampler

MASK: Final = "***"
SECRET_WORDS: Final = frozenset(
    {
        "authorization",
        "cookie",
        "password",
        "picks",
        "pick",
        "root",
        "secret",
        "seed",
        "seeds",
        "token",
        "tokens",
        "votes",
    }
)
"""A field whose name has one of these words in it (`seat_token`, `root`) is masked, whatever it holds."""
LONGEST: Final = 300
"""Characters of one field; more is cut off and counted."""
_DEEPEST: Final = 4
CLIENTS_CAUSE: Final = frozenset(
    {
        "api.timeout",
        "gateway.fault",
        "gateway.timeout",
        "http.failed",
        "library.said",
        "loop.stalled",
        "peers.auth_failed",
        "server.out_of_files",
    }
)
"""Events that clients can cause though they name no source; every event with a `source` is taken for one."""
_LABELS: Final = ("code", "reason", "message", "address", "library")
"""The fields that say what happened; the first that is there tells kinds of lines apart."""


def configure(level: str, *, as_json: bool, stream: TextIO, bound: Mapping[str, str] | None = None) -> None:
    """Send every line of at least `level` (`debug` to `error`) to `stream`, with the `bound` fields in it."""
    number = logging.getLevelNamesMapping()[level.upper()]
    sampling = Sampling()
    atexit.register(sampling.flush)
    before: list[Processor] = [sampling, _binder(bound or {}), structlog.processors.add_log_level, mask, shorten]
    before.append(structlog.processors.TimeStamper(fmt="iso", utc=True))
    if as_json:
        after: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        console = structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=28
        )
        after = [console]
    structlog.configure(
        processors=[*before, *after],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Bridge()], level=max(number, logging.WARNING), force=True)


class Sampling:
    """Lets the first lines of each kind through, and writes how many more there were (a processor of structlog).

    The sums come from a timer of their own, since nothing else may be logged for a long time.
    """

    def __init__(self) -> None:
        self._sampler = LogSampler()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        """Let a line through, or drop it.

        Raises:
            DropEvent: it is to be counted only.
        """
        name, source = str(event.get("event")), event.get("source")
        if "suppressed" in event or (source is None and name not in CLIENTS_CAUSE):
            return event
        label = next(((field, str(event[field])[:LONGEST]) for field in _LABELS if field in event), ("", ""))
        now = time.monotonic()
        if self._sampler.is_due(now):
            self.flush()
        with self._lock:
            if self._sampler.admit(name, method, label, str(source or ""), now):
                return event
            if self._timer is None:
                self._timer = threading.Timer(WINDOW_S, self.flush)
                self._timer.daemon = True
                self._timer.start()
        raise structlog.DropEvent

    def flush(self) -> None:
        """Write the sums of the window."""
        with self._lock:
            seconds, kinds = self._sampler.close(time.monotonic())
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        for kind in kinds:
            fields: dict[str, object] = dict([kind.label]) if kind.label[0] else {}
            if kind.source:
                fields["source"] = kind.source
            log = getattr(structlog.get_logger("paddock.log"), kind.level)
            log(kind.event, **fields, suppressed=kind.suppressed, seconds=seconds)


def _binder(bound: Mapping[str, str]) -> Processor:
    def bind(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {**bound, **event}

    return bind


class _Bridge(logging.Handler):
    """Takes lines of libraries, which have sentences instead of event names."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger().log(
            record.levelno, "library.said", library=record.name, text=record.getMessage(), exc_info=record.exc_info
        )


def mask(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace what a field's name says is secret, also inside nested fields (a processor of structlog)."""
    return {key: _masked(key, value) for key, value in event.items()}


def shorten(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Cut long texts, and escape what could break a line or turn it round (a processor of structlog)."""
    return {key: value if key == "exc_info" else _shortened(value, _DEEPEST) for key, value in event.items()}


def _masked(key: object, value: object) -> object:
    if not SECRET_WORDS.isdisjoint(str(key).lower().replace("-", "_").split("_")):
        return MASK
    if isinstance(value, Mapping):
        return {inner: _masked(inner, held) for inner, held in value.items()}
    return value


def _shortened(value: object, deep: int) -> object:
    match value:
        case bool() | int() | float() | None:
            return value
        case str():
            return _line(value)
        case Mapping() if deep > 0:
            return {_line(str(key)): _shortened(held, deep - 1) for key, held in value.items()}
        case list() | tuple() if deep > 0:
            return [_shortened(held, deep - 1) for held in value[:LONGEST]]
        case _:
            return _line(repr(value))


def _line(text: str) -> str:
    kept = text[:LONGEST]
    if not kept.isprintable():
        kept = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in kept)
    return kept if len(text) <= LONGEST else f"{kept}… ({len(text)} characters)"
