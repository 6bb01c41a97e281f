"""All players of one server, on one epoll: they come, and then every room plays round after round and chats meanwhile.

A room's round: everybody picks within some seconds, the host starts, the race is run, the host calls the next round.
Rooms begin at different moments, so that at any time some pick, some race and some stand at the podium.
"""

from __future__ import annotations

import heapq
import select
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random
from secrets import token_urlsafe

from bench.cluster.guests import arrive
from bench.realtime.wire import BadAnswer
from msgspec import Struct, field

from paddock.domain.ids import CommandId, RoomId
from paddock.gateway import messages as m

from .player import Player

SEATS = 10
"""Players of a room."""
PICKS_S = (1.0, 8.0)
"""When in a round a player picks."""
START_S = 9.0
PODIUM_S = (4.0, 8.0)
CHAT_S = 10.0
"""Each player says something as often."""
ROUND_S = 60.0
"""Roughly how long a round takes: rooms begin within this time."""
AGAIN_S = 2.0
"""A host who was refused asks again after this time."""
_RUN_OFF = "not_over"
ENTERING = 50
"""Players being let in at a time."""
AT_ONCE = 256
"""Connections read before anything else is done, so that nobody asks much later than they meant to."""
PATIENCE = 30.0


class Times(Struct):
    """What was noted while everybody played; seconds."""

    answers: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    heard: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    races: int = 0
    messages: int = 0


class Evening:
    """Players of rooms of `SEATS` at one server."""

    def __init__(self, port: int, seed: int) -> None:
        self._port = port
        self._random = Random(seed)
        self._epoll = select.epoll()
        self._by_fd: dict[int, Player] = {}
        self._rooms: list[list[Player]] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._playing = False
        self.times = Times()

    @property
    def players(self) -> int:
        """How many are there."""
        return len(self._by_fd)

    def come(self, rooms: int) -> None:
        """Let the players of so many more rooms come: the host makes the room, then the others join it."""
        links = iter(arrive([self._port] * (rooms * SEATS), len(self._by_fd)))
        first = len(self._rooms)
        for room in range(first, first + rooms):
            self._rooms.append([Player(next(links), room, place) for place in range(SEATS)])
            for player in self._rooms[room]:
                self._by_fd[player.link.fileno()] = player
                self._epoll.register(player.link.fileno(), select.EPOLLIN)
        for place in range(SEATS):
            self._let_in([room[place] for room in self._rooms[first:]])

    def play(self, seconds: float) -> Times:
        """Let all rooms play for so long, and give what was noted meanwhile."""
        now = time.perf_counter()
        if not self._playing:
            self._playing = True
            for room in self._rooms:
                self._at(now + self._random.uniform(0, ROUND_S), partial(self._round, room))
                for player in room:
                    self._at(now + self._random.uniform(0, CHAT_S), partial(self._chat, player))
        self.times = Times()
        end = now + seconds
        while (now := time.perf_counter()) < end:
            while self._agenda and self._agenda[0][0] <= now:
                heapq.heappop(self._agenda)[2]()
            until = min(end, self._agenda[0][0] if self._agenda else end)
            self._read(max(0.0, until - time.perf_counter()))
        return self.times

    def leave(self) -> None:
        """Close every connection."""
        for player in self._by_fd.values():
            player.link.close()
        self._epoll.close()

    # What players note.

    def answered(self, player: Player, event: str, seconds: float, refused: str) -> None:
        """Note an answer, and go on with the round."""
        self.times.answers[event].append(seconds)
        if refused:
            self.times.refused[f"{event}: {refused}"] += 1
        if event in ("start_race", "next_round"):
            room = self._rooms[player.room]
            if refused and refused != _RUN_OFF:
                self._in(AGAIN_S, partial(self._start if event == "start_race" else self._next, room))
            elif event == "next_round" and not refused:
                self._round(room)

    def heard(self, seconds: float) -> None:
        """Note how old something was when it was heard."""
        self.times.heard.append(seconds)

    def race_over(self, player: Player) -> None:
        """Call the next round after a while; when a run-off comes first, that is refused, and done after it."""
        self.times.races += 1
        self._in(self._random.uniform(*PODIUM_S), partial(self._next, self._rooms[player.room]))

    # What they do.

    def _round(self, room: list[Player]) -> None:
        for player in room:
            racer = self._random.randrange(4)
            self._in(self._random.uniform(*PICKS_S), partial(player.ask, m.PickRacer(id=_fresh(), racer=racer)))
        self._in(START_S, partial(self._start, room))

    def _start(self, room: list[Player]) -> None:
        room[0].ask(m.StartRace(id=_fresh()))

    def _next(self, room: list[Player]) -> None:
        room[0].ask(m.NextRound(id=_fresh()))

    def _chat(self, player: Player) -> None:
        # The text is when it was said, so that whoever hears it knows how long that took.
        player.ask(m.Say(id=_fresh(), text=f"{time.perf_counter():.6f}"))
        self._in(CHAT_S, partial(self._chat, player))

    def _at(self, moment: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (moment, next(self._order), act))

    def _in(self, seconds: float, act: Callable[[], None]) -> None:
        self._at(time.perf_counter() + seconds, act)

    def _let_in(self, players: list[Player]) -> None:
        waiting, entering = iter(players), list[Player]()
        while True:
            while len(entering) < ENTERING and (player := next(waiting, None)) is not None:
                player.ask(self._entrance(player))
                entering.append(player)
            if not entering:
                return
            if not self._read(PATIENCE):
                raise BadAnswer(
                    f"{len(entering)} players were not let in within {PATIENCE:.0f} s: {self.times.refused}"
                )
            entering = [player for player in entering if player.waits]

    def _entrance(self, player: Player) -> m.ClientMessage:
        name, token, device = f"Player {player.place}", token_urlsafe(32), token_urlsafe(32)
        if player.place == 0:
            return m.CreateRoom(id=_fresh(), token=token, device=device, name=name)
        room = RoomId(self._rooms[player.room][0].code)
        return m.JoinRoom(id=_fresh(), token=token, device=device, name=name, room=room)

    def _read(self, patience: float) -> int:
        ready = self._epoll.poll(patience, AT_ONCE)
        for fd, _ in ready:
            self.times.messages += self._by_fd[fd].read(self)
        return len(ready)


def _fresh() -> CommandId:
    return CommandId(token_urlsafe(12))
