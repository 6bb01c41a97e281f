"""A walk: people doing whatever comes to their minds, chosen by a given source of chance and by nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable

from msgspec.structs import replace
from tests.domain.plays import ARA, BORA, DOHA, JUN, MINA, MINUTE, Play, gate, keys

from paddock.domain import commands as c
from paddock.domain.card import Rule
from paddock.domain.duties import next_due
from paddock.domain.ids import PlayerId
from paddock.domain.room import Closed

CAST = (MINA, JUN, ARA, BORA, DOHA)
_SHOWN = {MINA: "Mina", JUN: "Jun", ARA: "Ara", BORA: "Bora", DOHA: "Doha"}
_NAMES = ("호랑이", "Tiger", "T1ger", "꼴찌", "🐎")
_LINES = ("ㅋㅋㅋ", "go go go", "@Jun pays", "커피 ☕️", "")

_ASKED: tuple[tuple[int, Callable[[Play, PlayerId, random.Random], c.Command]], ...] = (
    (8, lambda play, who, chance: c.PickRacer(who, chance.randrange(5))),
    (3, lambda play, who, chance: c.PickForMe(who)),
    (4, lambda play, who, chance: c.CastVote(who, chance.choice((None, 1, 2, 3, 4)))),
    (2, lambda play, who, chance: c.SetReady(who, chance.random() < 0.7)),
    (2, lambda play, who, chance: c.GoAway(who)),
    (3, lambda play, who, chance: c.ComeBack(who)),
    (1, lambda play, who, chance: c.LeaveRoom(who)),
    (1, lambda play, who, chance: c.RenamePlayer(who, chance.choice(_NAMES))),
    (2, lambda play, who, chance: c.TakeSeat(who)),
    (1, lambda play, who, chance: c.GiveUpSeat(who)),
    (2, lambda play, who, chance: c.Say(who, chance.choice(_LINES))),
    (6, lambda play, who, chance: c.StartRace(play.room.host or who)),
    (2, lambda play, who, chance: c.NextRound(play.room.host or who, play.fresh())),
    (1, lambda play, who, chance: c.Kick(play.room.host or who, who)),
    (1, lambda play, who, chance: c.Block(play.room.host or who, who)),
    (1, lambda play, who, chance: c.Unblock(play.room.host or who, 0)),
    (1, lambda play, who, chance: c.HandOver(play.room.host or who, who)),
    (2, lambda play, who, chance: _settings(play, play.room.host or who, chance)),
    (4, lambda play, who, chance: c.JoinRoom(who, _SHOWN[who], keys(_SHOWN[who]), chance.random() < 0.8)),
)
_WEIGHTS = [weight for weight, _ in _ASKED]


def _settings(play: Play, who: PlayerId, chance: random.Random) -> c.Command:
    settings = replace(
        play.room.settings,
        rule=chance.choice((Rule.VOTE, Rule.VOTE, Rule.LAST, Rule.FIRST)),
        racers=chance.choice((4, 5, 6)),
        pick_seconds=chance.choice((0, 0, 30)),
    )
    return c.ChangeSettings(who, settings, gate(chance.randrange(1000)), chance.choice((None, None, "a hash", "")))


def walk(play: Play, chance: random.Random, steps: int) -> None:
    """Let people do so many things, refused ones included, with time passing in between."""
    for _ in range(steps):
        if isinstance(play.room.phase, Closed):
            return
        who = chance.choice(CAST)
        (_, asked) = chance.choices(_ASKED, _WEIGHTS)[0]
        play.asks(asked(play, who, chance))
        if chance.random() < 0.4:
            due = min(max(0, next_due(play.room) - play.now), MINUTE)
            play.waits(chance.choice((0, 700, 2_000, due, due)))
