"""Connections that are not WebSockets: how many each source has, which of them are idle, and who has to go.

A connection counts from the moment it is accepted until it ends or becomes a WebSocket: while TLS is agreed on, while
its first request is waited for, while it is asked or polled something, and between two requests. It is idle when
nothing is asked on it. What a proxy brings is not counted: its connections are of many. Never reads or writes anything.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import Final

from .limits import Options
from .metrics import Counters, count

End = Callable[[], None]

SHED: Final = 64
"""Idle connections that are closed at once when file handles run short."""


class HttpConnection:
    """One connection; `end` closes it, and is there from its first moment of idleness on."""

    __slots__ = ("backlog", "end", "gone", "idle", "networks")

    def __init__(self, networks: tuple[str, ...]) -> None:
        self.networks = networks
        self.end: End | None = None
        self.backlog: Callable[[], int] | None = None
        self.idle = False
        self.gone = False


class HttpConnections:
    """All connections of one site.

    Args:
        options: says which source a connection is of, and the bounds.
        counters: count those who have to go.
    """

    def __init__(self, options: Options, counters: Counters) -> None:
        self._counters = counters
        self._options = options
        self._numbers: dict[str, int] = {}
        self._idle: OrderedDict[HttpConnection, None] = OrderedDict()
        self._idle_of: dict[str, OrderedDict[HttpConnection, None]] = {}

    @property
    def idle(self) -> int:
        """Return how many are idle."""
        return len(self._idle)

    def count_of(self, network: str) -> int:
        """Return how many connections a network has."""
        return self._numbers.get(network, 0)

    def admit(self, peer: str) -> HttpConnection | None:
        """Count a new connection; None if its source has too many, none of which is idle.

        One that is idle makes room for it: the one that has been idle longest.
        """
        networks = self._networks(peer)
        most = self._options.max_http_per_source
        for network in networks:
            if self.count_of(network) >= most and not self._end_oldest(network):
                return None
            most *= self._options.network_factor
        for network in networks:
            self._numbers[network] = self._numbers.get(network, 0) + 1
        return HttpConnection(networks)

    def rest(self, connection: HttpConnection) -> None:
        """Take a connection for idle; of too many of its source, the one that has been idle longest has to go."""
        if connection.idle or connection.gone:
            return
        connection.idle = True
        self._idle[connection] = None
        most = self._options.max_idle_per_source
        for network in connection.networks:
            idle = self._idle_of.setdefault(network, OrderedDict())
            idle[connection] = None
            if len(idle) > most:
                self._end_oldest(network)
            most *= self._options.network_factor

    def work(self, connection: HttpConnection) -> None:
        """Take a connection for busy."""
        if not connection.idle:
            return
        connection.idle = False
        del self._idle[connection]
        for network in connection.networks:
            idle = self._idle_of[network]
            del idle[connection]
            if not idle:
                del self._idle_of[network]

    def leave(self, connection: HttpConnection) -> None:
        """Forget a connection that has ended, or is a WebSocket now."""
        if connection.gone:
            return
        self.work(connection)
        connection.gone = True
        connection.end = connection.backlog = None
        for network in connection.networks:
            left = self._numbers[network] - 1
            if left:
                self._numbers[network] = left
            else:
                del self._numbers[network]

    def shed(self) -> int:
        """End the newest idle connections; return how many."""
        newest = list(islice(reversed(self._idle), SHED))
        return sum(self._end(connection) for connection in newest)

    def _end_oldest(self, network: str) -> bool:
        return any(self._end(connection) for connection in list(islice(self._idle_of.get(network, ()), SHED)))

    def _end(self, connection: HttpConnection) -> bool:
        """End an idle connection; return False if an answer is still on its way to its client."""
        if connection.end is None or (connection.backlog is not None and connection.backlog()):
            return False
        count(self._counters.refused, "idle")
        end = connection.end
        self.leave(connection)
        end()
        return True

    def _networks(self, peer: str) -> tuple[str, ...]:
        rule, networks = self._options.connection_source, self._options.networks
        source = peer if rule is None else rule(peer)
        if source is None:
            return ()
        return (source,) if networks is None else networks(source)
