"""Which names a server answers to: pages of other sites must not reach it under a name of their own (DNS rebinding).

A browser that was sent to a name which now leads to this server takes what it answers for that site's own. It sends the
name as `Host`, so names that are not ours are refused. An address (192.168.0.7, [::1]) is no name that anybody could
lead elsewhere, and is always fine; ports are not compared, because proxies and forwarded ports change them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

ANY: Final = "*"
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::[0-9]{0,5})?").fullmatch
_MOST_KNOWN: Final = 256
"""Hosts that need no second look; whoever asks under random addresses shall not fill the memory."""


class HostRule:
    """Says whether a `Host` header names this server.

    Args:
        names: names it answers to; `*.example` stands for all names below `example`, `*` for all there are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        plain = {_ascii(name) for name in names if name}
        self._any = ANY in plain
        self._names = frozenset(name for name in plain if not name.startswith("*"))
        self._suffixes = tuple(name[1:] for name in plain if name.startswith("*."))
        self._known: set[str] = set()

    def allows(self, host: str) -> bool:
        """Return whether a request with this `Host` (a name or an address, with or without a port) is for us."""
        if self._any or host in self._known:
            return True
        name = name_in(host)
        allowed = name is not None and (_is_address(name) or name in self._names or name.endswith(self._suffixes))
        if allowed and len(self._known) < _MOST_KNOWN:
            self._known.add(host)
        return allowed


def own_names(listens: str, machine: str, public_url: str) -> tuple[str, ...]:
    """Return the names that need no setting.

    Args:
        listens: the address or name that the server listens at.
        machine: the name of this machine.
        public_url: the address that players open; may be empty.
    """
    short = machine.partition(".")[0]
    # Names of `.local` are answered by the machine itself (RFC 6762); `.localhost` is always this one (RFC 6761).
    own = {"localhost", "*.localhost", machine, short, f"{short}.local" if short else "", listens}
    return (*sorted(own - {""}), *filter(None, (urlsplit(public_url).hostname,)))


def name_in(host: str) -> str | None:
    """Return the name or address in a `Host` header, in small letters; None when it is neither."""
    found = _HOST(host)
    return None if found is None else found[1].lower().removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _ascii(name: str) -> str:
    """Return a name as browsers send it."""
    name = name.lower().removesuffix(".")
    try:
        return name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        return name
