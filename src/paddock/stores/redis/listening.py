"""The ears of this node: one subscriber per server, and the way from a channel to its owner; it keeps nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from paddock.stores.contract import StoreUnavailable
from paddock.stores.redis.address import Place
from paddock.stores.redis.servers import Servers
from paddock.stores.redis.subscriber import Subscriber

Heard = Callable[[bytes], None]
Confirmed = Callable[[], None]


class Listening:
    """Listens to channels, each of a bucket, wherever the bucket is."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._channels: dict[str, tuple[int, Heard, Confirmed]] = {}
        self._subscribers: dict[Place | None, Subscriber] = {}
        self._places: dict[str, Place | None] = {}

    def open(self) -> None:
        """Begin to listen, and follow the buckets when they move."""
        self._servers.moved = self._spread
        self._spread()

    async def close(self) -> None:
        """Listen to nothing any more."""
        await asyncio.gather(*(subscriber.close() for subscriber in self._subscribers.values()))
        self._subscribers.clear()

    def add(self, bucket: int, channel: str, heard: Heard, confirmed: Confirmed) -> None:
        """Listen to a channel; `confirmed` is called whenever it is heard anew, and something may have been missed."""
        self._channels[channel] = (bucket, heard, confirmed)
        self._tune(channel, bucket)

    def remove(self, channel: str) -> None:
        """Listen to a channel no longer."""
        if self._channels.pop(channel, None) is not None:
            place = self._places.pop(channel, None)
            if place in self._subscribers:
                self._subscribers[place].remove(channel)

    def drop(self, place: Place | None, why: str) -> None:
        """Leave the connection to a server and make another."""
        if place in self._subscribers:
            self._subscribers[place].drop(why)

    def _tune(self, channel: str, bucket: int) -> None:
        try:
            place = self._servers.place(bucket)
        except StoreUnavailable:
            return  # done as soon as the servers are known
        if place in self._subscribers:
            self._places[channel] = place
            self._subscribers[place].add(channel)

    def _spread(self) -> None:
        """Have one subscriber per server, and every channel at the server of its bucket."""
        for place in self._servers.places:
            if place not in self._subscribers:
                self._subscribers[place] = self._subscriber(place)
                self._subscribers[place].open()
        for channel, (bucket, _, _) in self._channels.items():
            if channel in self._places:
                if self._places[channel] == self._servers.place(bucket):
                    continue
                self._subscribers[self._places.pop(channel)].remove(channel)
            self._tune(channel, bucket)
        for place in [place for place in self._subscribers if place not in self._servers.places]:
            self._subscribers.pop(place).end()

    def _subscriber(self, place: Place | None) -> Subscriber:
        dial, sharded = self._servers.dialer(place), self._servers.sharded
        return Subscriber(dial, self._heard, self._confirmed, self._servers.doubt, sharded=sharded)

    def _heard(self, channel: str, message: bytes) -> None:
        owner = self._channels.get(channel)
        if owner is not None:
            owner[1](message)

    def _confirmed(self, channel: str) -> None:
        if channel in self._channels:
            _, _, confirmed = self._channels[channel]
            confirmed()
