"""The copy of the register: asked for what is not known, seldom, and never missed while it knows enough."""

from __future__ import annotations

import asyncio

from tests.service.skipping import passes, run_skipping

from paddock.peers import PeerLimits
from paddock.peers.peer_directory import Peer, PeerDirectory
from paddock.stores.contract import NodeAbout

from .house import Register

A = NodeAbout(key="aaaaaaaa", host="10.0.0.1", port=9000)
LIMITS = PeerLimits(refresh_s=1, backoff_s=20, forget_s=30)


def directory(register: Register) -> PeerDirectory:
    return PeerDirectory(register, asyncio.get_running_loop().time, "10.0.0.2", LIMITS)


async def test_a_known_key_is_asked_for_once() -> None:
    register = Register()
    await register.tell(A)
    of = directory(register)
    for _ in range(100):
        assert await of.find(A.key) == Peer(A.key, A.host, A.port)
    assert register.asked == 1


async def test_who_has_the_address_of_this_machine_is_near() -> None:
    register = Register()
    await register.tell(A)
    await register.tell(NodeAbout(key="bbbbbbbb", host="10.0.0.2", port=9000))
    of = directory(register)
    assert await of.find("bbbbbbbb") == Peer("bbbbbbbb", "10.0.0.2", 9000, is_local=True)
    assert await of.find(A.key) == Peer(A.key, A.host, A.port, is_local=False)


def test_a_thousand_unknown_keys_at_once_ask_once_or_twice() -> None:
    async def play() -> None:
        register = Register()
        of = directory(register)
        found = await asyncio.gather(*(of.find(f"{number:08}") for number in range(1_000)))
        assert found == [None] * 1_000
        assert register.asked <= 2

    run_skipping(play())


def test_a_node_that_came_a_moment_ago_is_found() -> None:
    async def play() -> None:
        register = Register()
        of = directory(register)
        assert await of.find(A.key) is None
        await register.tell(A)
        await passes(0.001)
        assert await of.find(A.key) is not None, "no earlier answer counts"

    run_skipping(play())


def test_what_is_known_is_used_while_the_register_is_away() -> None:
    async def play() -> None:
        register = Register()
        await register.tell(A)
        of = directory(register)
        await of.find(A.key)
        register.away = True
        assert await of.find("unknown1") is None
        assert await of.find(A.key) is not None

    run_skipping(play())


async def test_a_node_without_an_address_is_none() -> None:
    register = Register()
    await register.tell(NodeAbout(key="aaaaaaaa"))
    assert await directory(register).find("aaaaaaaa") is None


def test_who_cannot_be_reached_is_left_alone_and_tried_again() -> None:
    async def play() -> None:
        register = Register()
        await register.tell(A)
        of = directory(register)
        for _ in range(LIMITS.max_failures):
            assert await of.find(A.key) is not None
            of.unreachable(A.key)
        await passes(LIMITS.backoff_s / 2)
        assert await of.find(A.key) is None
        await passes(LIMITS.backoff_s / 2)
        assert await of.find(A.key) is not None

    run_skipping(play())


async def test_one_failure_among_others_that_worked_is_no_doubt() -> None:
    register = Register()
    await register.tell(A)
    of = directory(register)
    for _ in range(10):
        of.unreachable(A.key)
        of.reached(A.key)
    assert await of.find(A.key) is not None


def test_a_node_that_is_named_no_more_is_forgotten() -> None:
    async def play() -> None:
        register = Register()
        await register.tell(A)
        of = directory(register)
        await of.find(A.key)
        register.nodes.clear()
        await passes(LIMITS.forget_s / 2)
        await of.find("unknown1")
        assert await of.find(A.key) is not None, "the register may have lost it for a moment"
        await passes(LIMITS.forget_s)
        await of.find("unknown1")
        assert await of.find(A.key) is None

    run_skipping(play())
