"""`kill -9` in every phase, then a start: same people, same picks, same crown, and the winner that the seed fixed."""

from __future__ import annotations

import asyncio

import pytest
from tests.cluster.process import Server
from tests.cluster.table import (
    Table,
    card_of,
    computed,
    heat_of,
    out_by,
    pieces_of,
    seated,
    secrets_of,
    what_lasts,
)
from tests.gateway.wire import Json

from paddock.domain.record import verify

PEOPLE = ("Mina", "Jun", "Sora")
WAY = {
    "countdown": ("countdown_started",),
    "racing": ("race_started",),
    "podium of several": ("race_finished",),
    "run-off": ("runoff_opened",),
    "race of the run-off": ("runoff_opened", "race_started"),
    "podium of one": ("runoff_opened", "race_finished"),
}
"""What the host hears on the way to each phase when everybody is on one racer, so that all of them run off."""


async def assert_the_round_ends_as_its_seeds_say(table: Table, shown: tuple[str, str]) -> None:
    """Follow the round from the heat and commitment shown before the kill; hold all that is seen to the records."""
    race, commitment = shown
    results = await table.comes_to_one_payer()
    assert (await table.record(race)).commitment == commitment
    for result in results:
        kept = await table.record(result["card"]["race"])
        assert verify(kept) == ()
        assert (kept.seed, kept.commitment) == (result["seed"], result["commitment"])
        assert [list(group) for group in kept.order] == result["order"]
        assert list(kept.payers) == result["payers"]
    for view in await table.views():
        assert view["room"]["phase"]["result"] == results[-1], "everybody sees the same payer"
        history = [line["race"] for line in view["history"]]
        for heat in {race, *(result["card"]["race"] for result in results)}:
            assert history.count(heat) == 1


async def test_killed_while_people_pick_and_vote(quick: Server) -> None:
    async with seated(quick, *PEOPLE, rule="vote") as table:
        await table.all_pick(0, 3, None)
        for who, rank in zip(table.guests, (1, 2, 2), strict=True):
            await who.asks("cast_vote", rank=rank)
        await table.guests[1].asks("say", text="@Mina 오늘은 네가 산다")
        before = await table.views()

        after = await table.survives_kill()

        assert [what_lasts(view) for view in after] == [what_lasts(view) for view in before]
        assert [secrets_of(view) for view in after] == [secrets_of(view) for view in before]
        assert [secrets_of(view)["pick"] for view in after] == [0, 3, None]
        assert after[2]["own"]["blind"]
        assert after[0]["room"]["phase"] == before[0]["room"]["phase"], "same racers, commitment, marks and votes"
        assert (await table.host.asks("start_race"))["ok"], "the crown is where it was"
        await assert_the_round_ends_as_its_seeds_say(table, heat_of(before[0]))


async def test_killed_while_the_wheel_turns(quick: Server) -> None:
    async with seated(quick, *PEOPLE, rule="vote") as table:
        await table.all_pick(0, 3, 4)
        await table.host.asks("cast_vote", rank=2)
        await table.host.asks("start_race")
        before = await table.views()
        assert before[0]["room"]["phase"]["type"] == "drawing"

        after = await table.survives_kill()

        assert [what_lasts(view) for view in after] == [what_lasts(view) for view in before]
        await table.reaches("race_finished")
        kept = await table.record(heat_of(before[0])[0])
        assert dict(kept.card.picks) == {view["own"]["player"]: view["own"]["pick"] for view in before}
        assert (kept.card.draw.rank, kept.card.draw.votes) == (2, (0, 1, 0, 0, 0))
        await assert_the_round_ends_as_its_seeds_say(table, heat_of(before[0]))


@pytest.mark.parametrize("phase", WAY)
async def test_killed_when_picks_are_open(quick: Server, phase: str) -> None:
    async with seated(quick, *PEOPLE) as table:
        await table.host.asks("say", text="all on one racer")
        await table.all_pick(1, 1, 1)
        await table.host.asks("start_race")
        await table.reaches(*WAY[phase])
        before = await table.views()

        after = await table.survives_kill()

        assert [what_lasts(view) for view in after] == [what_lasts(view) for view in before]
        heat, _ = heat_of(before[0])
        if heat_of(after[0])[0] == heat:
            assert card_of(after[0]) == card_of(before[0])
        await assert_the_round_ends_as_its_seeds_say(table, heat_of(before[0]))


@pytest.mark.parametrize("ms", [0, 3_000, 6_000])
async def test_killed_in_mid_race(steady: Server, ms: int) -> None:
    async with seated(steady, *PEOPLE) as table:
        await table.all_pick(0, 2, 4)
        await table.host.asks("start_race")
        await table.reaches("race_started")
        await table.host.hears("segments", lambda message: bool(message["until"] >= ms))
        before = await table.views()
        heat, commitment = heat_of(before[0])
        witness = table.guests[1]
        seen, until = pieces_of(witness, heat)

        after = await table.survives_kill()

        assert after[0]["room"]["phase"] == before[0]["room"]["phase"], "the same race from the same moment"
        late = table.guests[1]
        await late.hears_of("race_finished")
        seen_after, until_after = pieces_of(late, heat)
        race = computed(await table.record(heat))
        assert seen == out_by(race, until), "what was shown before the kill is the race that its seed fixes"
        assert seen_after == out_by(race, until_after), "and so is what was shown after it"
        assert seen < seen_after
        await assert_the_round_ends_as_its_seeds_say(table, (heat, commitment))


async def test_a_race_that_is_over_stands_once_however_often_the_server_dies(quick: Server) -> None:
    async with seated(quick, *PEOPLE) as table:
        await table.all_pick(0, 1, 2)
        await table.host.asks("start_race")
        results = await table.comes_to_one_payer()
        race = results[-1]["card"]["race"]
        kept = await table.record(race)
        for _ in range(2):
            views = await table.survives_kill()
            assert await table.record(race) == kept
            assert all([line["race"] for line in view["history"]].count(race) == 1 for view in views)
        assert (await table.host.asks("next_round"))["ok"]
        assert (await table.views())[0]["room"]["rounds"] == 2


async def test_acknowledged_means_kept(quick: Server) -> None:
    """Everybody sends something, and the server is killed the moment the acknowledgements are there."""
    async with seated(quick, *PEOPLE, rule="vote") as table:
        jun = table.guests[1].player

        async def told(*requests: tuple[str, Json]) -> list[Json]:
            asked = zip(table.guests, requests, strict=True)
            replies = await asyncio.gather(*(who.asks(event, **fields) for who, (event, fields) in asked))
            assert all(reply["ok"] for reply in replies), replies
            return await table.survives_kill()

        mina_sees, jun_sees, sora_sees = await told(
            ("change_settings", {"title": "Tea", "password": "oolong"}),
            ("pick_racer", {"racer": 0}),
            ("pick_for_me", {}),
        )
        assert mina_sees["room"]["private"]
        assert mina_sees["room"]["settings"]["title"] == "Tea"
        assert jun_sees["own"]["pick"] == 0
        assert sora_sees["own"]["blind"]

        mina_sees, jun_sees, sora_sees = await told(
            ("say", {"text": "still here"}), ("cast_vote", {"rank": 3}), ("set_ready", {"ready": False})
        )
        assert mina_sees["chat"][-1]["text"] == "still here"
        assert jun_sees["own"]["vote"] == 3
        assert not mina_sees["room"]["members"][2]["ready"]

        views = await told(
            ("hand_over", {"player": jun}), ("rename_player", {"name": "Jun the Second"}), ("give_up_seat", {})
        )
        assert views[0]["room"]["host"] == jun
        assert views[0]["room"]["members"][1]["name"] == "Jun the Second"
        assert not views[0]["room"]["members"][2]["seated"]

        gone = table.guests.pop(1)
        assert (await gone.asks("leave_room"))["ok"]
        view = (await table.survives_kill())[0]
        assert jun not in {member["player"] for member in view["room"]["members"]}
        assert view["room"]["host"] == table.host.player, "the crown has passed on, and stayed there"
