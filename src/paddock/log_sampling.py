"""Which lines of a log are written when clients can cause any number of them: the first of a kind, then a sum.

A kind is an event, its code and the source it comes from. Whoever comes from ten thousand addresses causes ten thousand
kinds, so the lines of an event are bounded as well; what is over that is summed for all sources together. Pure: it is
told the time, and the number of kinds that it remembers is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 10.0
"""How long lines are counted before they are summed up."""
FIRST: Final = 5
"""Lines of one kind that are written in a window."""
FIRST_OF: Final = {"session.closed": 100}
"""Where that is too few: everybody in an office comes from one source, and who left when is looked for by player."""
MOST: Final = 200
"""Lines of one event that are written in a window, whatever their kind."""
HOUR_S: Final = 3_600.0
MOST_KINDS: Final = 5_000
"""Kinds that are remembered; more are counted for all sources together."""


@dataclass(slots=True)
class Kind:
    """Lines that differ in nothing that matters.

    Attributes:
        event: their name.
        level: the name of their level, as "info".
        label: the field that says what happened, as ("code", "too_many"); empty when there is none.
        source: whom they come from; "" for several.
        seen: how many there were.
        suppressed: how many of them were not written.
    """

    event: str
    level: str
    label: tuple[str, str]
    source: str
    seen: int = 0
    suppressed: int = 0


class LogSampler:
    """Counts lines in windows of ten seconds; a window begins with the first line after the one before was closed."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, tuple[str, str], str], Kind] = {}
        self._written: dict[str, int] = {}
        self._began: float | None = None

    def admit(self, event: str, level: str, label: tuple[str, str], source: str, now: float) -> bool:
        """Count a line; return whether it is to be written."""
        if self._began is None:
            self._began = now
        written = self._written.get(event, 0)
        if written >= MOST:
            # Who was written about before keeps a sum of its own.
            kind = self._kinds.get((event, label, source)) or self._kind(event, level, label, "")
        else:
            kind = self._kind(event, level, label, source)
        kind.seen += 1
        if written < MOST and kind.seen <= FIRST_OF.get(event, FIRST):
            self._written[event] = written + 1
            return True
        kind.suppressed += 1
        return False

    def is_due(self, now: float) -> bool:
        """Return whether the window is over."""
        return self._began is not None and now - self._began >= WINDOW_S

    def close(self, now: float) -> tuple[int, list[Kind]]:
        """End the window; return how many seconds it lasted, and the kinds of which lines were not written."""
        seconds = 0 if self._began is None else max(1, round(now - self._began))
        kinds = [kind for kind in self._kinds.values() if kind.suppressed]
        self._kinds.clear()
        self._written.clear()
        self._began = None
        return seconds, kinds

    def _kind(self, event: str, level: str, label: tuple[str, str], source: str) -> Kind:
        key = (event, label, source)
        kind = self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= MOST_KINDS:
                # Events are words of this program, so that these are few.
                label, source = ("", ""), ""
            kind = self._kinds.setdefault((event, label, source), Kind(event, level, label, source))
        return kind


class Once:
    """Tells what was said before: each thing is said once an hour, and not too many things.

    Args:
        most: things that are said in an hour.
    """

    def __init__(self, most: int = 20) -> None:
        self._most = most
        self._said: set[str] = set()
        self._until = 0.0

    def first(self, thing: str, now: float) -> bool:
        """Return whether a thing is to be said, and take it for said."""
        if now >= self._until:
            self._said.clear()
            self._until = now + HOUR_S
        if thing in self._said or len(self._said) >= self._most:
            return False
        self._said.add(thing)
        return True
