"""What those outside may see of live rooms: what the list shows, the commitment in time, and nothing secret."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession
from msgspec.structs import replace
from tests.api.server import Backstage, serving
from tests.api.shelf import profile
from tests.domain.plays import Play

from paddock.api.bodies import PublicRoom, RacesPage, RoomsPage
from paddock.archive.contract import ProfileId, RaceLine, Runner
from paddock.domain.card import Rule
from paddock.domain.dice import commitment
from paddock.domain.ids import Kind, Millis, PlayerId, RaceId, RoomId
from paddock.domain.room import Gathering, Keys, Podium
from paddock.domain.settings import Listing, Settings
from paddock.domain.views import RoomSummary, summary

CODE = RoomId("K7AB2")
TOKEN = "mina" * 10 + "abc"
MINE = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def backstage() -> Backstage:
    return Backstage()


@pytest.fixture
async def web(backstage: Backstage, tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(backstage, tmp_path) as session:
        yield session


def stages(backstage: Backstage, play: Play) -> None:
    """Put a room where the server has it, and on the list if it is listed."""
    backstage.live[CODE] = play.room
    line = summary(play.room)
    backstage.list = [] if line is None else [line]


def line(number: int) -> RoomSummary:
    """One room of a list; every third is as old as the one before."""
    code = RoomId(f"AAA{chr(65 + number // 8)}{chr(65 + number % 8)}")
    return RoomSummary(
        code, "", "Mina", 1, 50, 0, "gathering", Rule.LAST, False, False, Millis(1_800_000_000_000 + number // 3)
    )


async def seen(web: ClientSession) -> PublicRoom | None:
    async with web.get(f"/api/rooms/{CODE}") as answer:
        return None if answer.status == 404 else msgspec.json.decode(await answer.read(), type=PublicRoom)


async def test_the_list_is_read_page_by_page_while_rooms_come_and_go(web: ClientSession, backstage: Backstage) -> None:
    lines = [line(number) for number in range(20)]
    backstage.list = list(lines)
    read: list[RoomId] = []
    cursor = ""
    while True:
        answer = await web.get(f"/api/rooms?limit=3{cursor}")
        page = msgspec.json.decode(await answer.read(), type=RoomsPage)
        assert page.total == len(backstage.list)
        read += [room.room for room in page.rooms]
        if page.next is None:
            break
        cursor = f"&cursor={page.next}"
        if len(read) == 6:
            backstage.list = [line(20), *lines[:3], *lines[4:]]  # one opens, one closes

    newest_first = sorted(lines, key=lambda room: (-room.opened_at, room.room))
    gone = {lines[3].room} - set(read)
    assert read == [room.room for room in newest_first if room.room not in gone]


async def test_the_list_is_searched(web: ClientSession, backstage: Backstage) -> None:
    backstage.list = [line(0), replace(line(1), title="Friday Coffee"), replace(line(2), host="호랑이")]

    for query, found in (("friday c0ffee", 1), ("호랑이", 1), (line(0).room, 1), ("nobody", 0), ("", 3)):
        page = await (await web.get("/api/rooms", params={"query": query})).json()
        assert (len(page["rooms"]), page["total"]) == (found, found), query


async def test_the_commitment_is_there_before_the_picks_are_locked_and_stays(
    web: ClientSession, backstage: Backstage
) -> None:
    play = Play.opened("Mina", "Jun")
    stages(backstage, play)
    before = await seen(web)
    assert before is not None
    assert isinstance(play.room.phase, Gathering)
    assert before.race == play.room.phase.race

    play.all_pick(Mina=0, Jun=3)
    play.starts()
    told = []
    while not isinstance(play.room.phase, Podium):
        stages(backstage, play)
        told.append(await seen(web))
        play.waits(1_000)
    stages(backstage, play)
    told.append(await seen(web))

    result = play.room.phase.result
    assert {(room.race, room.commitment) for room in told if room is not None} == {(before.race, before.commitment)}
    assert before.commitment == commitment(result.seed)


async def test_no_secret_of_a_room_is_told_to_those_outside(web: ClientSession, backstage: Backstage) -> None:
    play = Play.opened("Mina", "Jun", password="argon2 of the password")
    play.all_pick(Mina=0, Jun=3)
    stages(backstage, play)
    room = play.room
    assert isinstance(room.phase, Gathering)

    text = await (await web.get(f"/api/rooms/{CODE}")).text()

    secrets = [
        room.phase.root.hex(),
        "argon2",
        *(key for m in room.members.values() for key in m.keys.__struct_fields__),
    ]
    assert [secret for secret in secrets if secret in text] == []
    shown = msgspec.json.decode(text, type=PublicRoom)
    assert (shown.room.private, shown.race, shown.commitment) == (True, None, None)


async def test_a_room_that_is_not_listed_looks_like_none(web: ClientSession, backstage: Backstage) -> None:
    stages(backstage, Play.opened("Mina", settings=Settings(listing=Listing.UNLISTED)))
    unlisted = await web.get(f"/api/rooms/{CODE}")
    none = await web.get("/api/rooms/AAAAA")

    assert (unlisted.status, await unlisted.read()) == (none.status, await none.read())
    assert none.status == 404


def raced(backstage: Backstage) -> None:
    """Put one race of the room on the shelf."""
    mina = Runner(ProfileId("aaaaaaaaaaaa"), PlayerId("mina000000"), "Mina", 0, Kind("tiger"), 1, Millis(30_000), False)
    backstage.archive.lines = [
        RaceLine(RaceId("race000000000001"), CODE, Millis(1_800_000_000_000), 500, Rule.LAST, 0, (mina,))
    ]


async def history(web: ClientSession, headers: dict[str, str] | None = None) -> RacesPage:
    answer = await web.get(f"/api/rooms/{CODE}/races", headers=headers or {})
    assert answer.status == 200
    return msgspec.json.decode(await answer.read(), type=RacesPage)


async def test_the_history_of_a_room_is_read_by_whoever_knows_its_code(
    web: ClientSession, backstage: Backstage
) -> None:
    raced(backstage)
    knows = {"Authorization": f"Bearer {TOKEN}"}
    assert [race.race for race in (await history(web, knows)).races] == ["race000000000001"]  # long after it is gone

    stages(backstage, Play.opened("Mina"))
    assert len((await history(web, knows)).races) == 1
    assert backstage.admission.guesses == []


async def test_whoever_shows_no_token_is_told_of_listed_rooms_only_and_guesses_nothing(
    web: ClientSession, backstage: Backstage
) -> None:
    """A page of another site can make a browser ask, without a token: that must not cost the guesses of an office."""
    raced(backstage)
    stages(backstage, Play.opened("Mina", settings=Settings(listing=Listing.UNLISTED)))
    assert await history(web) == RacesPage((), None, "Asia/Seoul")
    assert backstage.admission.guesses == []

    stages(backstage, Play.opened("Mina"))
    assert len((await history(web)).races) == 1


async def test_a_code_that_leads_to_nothing_is_charged_and_shut_when_guesses_are_used_up(
    web: ClientSession, backstage: Backstage
) -> None:
    """Otherwise histories told all codes of unlisted rooms, 600 a minute; used up, a hit must look like a miss."""
    strangers = {"Authorization": f"Bearer {TOKEN[::-1]}"}
    board = f"/api/leaderboards/wins?room={CODE}"
    assert await history(web, strangers) == RacesPage((), None, "Asia/Seoul")
    assert (await web.get(board, headers=strangers)).status == 200
    assert backstage.admission.guesses == [CODE, CODE]

    raced(backstage)
    assert len((await history(web, strangers)).races) == 1
    backstage.admission.guess_wait_s = 60
    for address in (f"/api/rooms/{CODE}/races", board):
        answer = await web.get(address, headers=strangers)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


async def test_what_was_raced_in_a_room_with_a_password_is_seen_by_its_members_only(
    web: ClientSession, backstage: Backstage
) -> None:
    """To all others it looks like a room without races, so that a guessed code tells nothing."""
    raced(backstage)
    play = Play.opened("Mina", password="argon2 of the password")
    member = play.room.members[PlayerId("mina000000")]
    own = replace(member, keys=Keys("token", f"hash of {TOKEN}", "address"))
    play.room = replace(play.room, members={own.player: own})
    stages(backstage, play)
    board = f"/api/leaderboards/wins?room={CODE}"

    strangers = {"Authorization": f"Bearer {TOKEN[::-1]}"}
    for headers in ({}, strangers):
        assert await history(web, headers) == RacesPage((), None, "Asia/Seoul")
        assert (await (await web.get(board, headers=headers)).json())["rows"] == []
    assert backstage.archive.asked == []
    assert backstage.admission.guesses == [], "it is on the list"

    backstage.list = []
    assert await history(web, strangers) == RacesPage((), None, "Asia/Seoul")
    assert (await (await web.get(board, headers=strangers)).json())["rows"] == []
    assert backstage.admission.guesses == [CODE, CODE], "as for a code that no room has"
    assert len(backstage.archive.asked) == 1, "and with the same work"
    assert len((await history(web, MINE)).races) == 1
    assert (await web.get(board, headers=MINE)).status == 200
    assert backstage.admission.guesses == [CODE, CODE]


async def test_the_board_of_a_live_room_is_not_that_of_an_earlier_room_of_its_code(
    web: ClientSession, backstage: Backstage
) -> None:
    """The archive knows nothing of the live one until its first race is there, and gave the board of the one before."""
    board = f"/api/leaderboards/wins?room={CODE}"
    knows = {"Authorization": f"Bearer {TOKEN}"}
    await web.get(board, headers=knows)
    play = Play.opened("Mina")
    stages(backstage, play)
    await web.get(board, headers=knows)

    assert [question.opened_at for question in backstage.archive.asked] == [None, play.room.opened_at]


async def test_a_persons_races_tell_nothing_of_a_room_with_a_password(web: ClientSession, backstage: Backstage) -> None:
    raced(backstage)
    backstage.archive.people[ProfileId("aaaaaaaaaaaa")] = profile("Mina")
    backstage.archive.devices[f"hash of {TOKEN}"] = ProfileId("aaaaaaaaaaaa")
    place = "/api/profiles/aaaaaaaaaaaa/races"
    assert len((await (await web.get(place)).json())["races"]) == 1

    stages(backstage, Play.opened("Mina", password="argon2 of the password"))

    assert (await (await web.get(place)).json())["races"] == []
    assert len((await (await web.get(place, headers=MINE)).json())["races"]) == 1  # one's own

    stages(backstage, Play.opened("Mina", settings=Settings(listing=Listing.UNLISTED)))
    assert (await (await web.get(place)).json())["races"] == [], "its code would lead into the room"
    assert len((await (await web.get(place, headers=MINE)).json())["races"]) == 1


async def test_an_unknown_store_closes_the_history_rather_than_opening_it(
    web: ClientSession, backstage: Backstage
) -> None:
    raced(backstage)
    backstage.away = True

    answer = await web.get(f"/api/rooms/{CODE}/races", headers=MINE)

    assert answer.status == 503
    assert (await answer.json(content_type=None))["code"] == "unavailable"
