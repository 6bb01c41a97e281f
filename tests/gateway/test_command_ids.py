"""Ids of commands: who asks again is recognised, and nobody can use up the ids of others."""

from __future__ import annotations

from tests.gateway.conftest import House

SAME = "the-same-id"


async def test_a_pick_under_an_id_that_another_player_used_counts(house: House) -> None:
    """It was acknowledged as a repeat of the other player's command, and lost."""
    mina, jun = await house.party("Mina", "Jun")
    assert (await mina.asks("pick_racer", SAME, racer=0))["ok"]

    assert (await jun.asks("pick_racer", SAME, racer=1))["ok"]

    assert (await mina.hears_of("player_picked", after=0))["player"] == mina.player
    view = (await jun.resumes(mina.code, jun.token))["view"]
    assert view["own"]["pick"] == 1


async def test_somebody_who_comes_in_under_an_id_that_another_player_used_is_in(house: House) -> None:
    """It was taken for a repeat, and refused as `not_in_room`."""
    (mina,) = await house.party("Mina")
    assert (await mina.asks("say", SAME, text="hello"))["ok"]
    for name in ("Jun", "Tom"):
        guest = await house.guest()
        message = {"room": mina.code, "token": guest.token, "device": guest.device, "name": name}
        first = await guest.asks("join_room", SAME, **message)
        again = await guest.asks("join_room", SAME, **message)
        assert first["ok"]
        assert again["view"]["own"]["player"] == first["view"]["own"]["player"]


async def test_a_repeat_is_acknowledged_and_changes_nothing(house: House) -> None:
    (mina,) = await house.party("Mina")
    for _ in range(2):
        assert (await mina.asks("pick_racer", SAME, racer=2))["ok"]
    assert (await mina.resumes(mina.code, mina.token))["view"]["own"]["pick"] == 2
    assert (await mina.asks("pick_racer", racer=2))["ok"], "under another id it takes the pick back"
    assert (await mina.resumes(mina.code, mina.token))["view"]["own"]["pick"] is None


async def test_one_id_for_two_kinds_of_command_is_two_commands(house: House) -> None:
    (mina,) = await house.party("Mina")
    assert (await mina.asks("pick_racer", SAME, racer=2))["ok"]
    assert (await mina.asks("set_ready", SAME, ready=False))["ok"]
    view = (await mina.resumes(mina.code, mina.token))["view"]
    assert [member["ready"] for member in view["room"]["members"]] == [False]
