"""Engine.IO protocol 4, "Query parameters" and "Handshake"; refusals as the reference server words them."""

from __future__ import annotations

import json

import aiohttp
import pytest
from tests.waiting import until

from paddock.socketio import Options

from .harness import echo_engine, running

REFUSED = {
    "?transport=polling": (5, "Unsupported protocol version"),
    "?EIO=3&transport=polling": (5, "Unsupported protocol version"),
    "?EIO=abc&transport=polling": (5, "Unsupported protocol version"),
    "?EIO=4": (0, "Transport unknown"),
    "?EIO=4&transport=abc": (0, "Transport unknown"),
    "?EIO=4&transport=polling&sid=abc": (1, "Session ID unknown"),
    "?EIO=4&transport=websocket": (3, "Bad request"),
    "": (0, "Transport unknown"),
}


async def test_over_polling_the_server_answers_with_an_open_packet() -> None:
    engine, _ = echo_engine(Options(ping_interval=0.3, ping_timeout=20))
    async with running(engine) as stand:
        async with stand.http.get(stand.endpoint + "?EIO=4&transport=polling") as answer:
            body = await answer.text()
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
            assert answer.headers["Cache-Control"] == "no-store"
        assert body[0] == "0"
        opening = json.loads(body[1:])
        assert set(opening) == {"sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"}
        assert opening["sid"] in engine.sessions
        assert opening["upgrades"] == ["websocket"]
        assert (opening["pingInterval"], opening["pingTimeout"]) == (300, 20_000)
        assert opening["maxPayload"] == 1_000_000


async def test_over_websocket_the_server_sends_an_open_packet() -> None:
    engine, _ = echo_engine(Options())
    async with running(engine) as stand, stand.websocket() as wire:
        packet = await wire.text()
        assert packet[0] == "0"
        opening = json.loads(packet[1:])
        assert opening["sid"] in engine.sessions
        assert opening["upgrades"] == []


@pytest.mark.parametrize("query", REFUSED)
async def test_a_missing_or_wrong_parameter_is_answered_with_400(query: str) -> None:
    engine, _ = echo_engine(Options())
    async with running(engine) as stand:
        status, body = await stand.get(query)
        code, message = REFUSED[query]
        assert status == 400
        assert json.loads(body) == {"code": code, "message": message}
        assert not engine.sessions


@pytest.mark.parametrize(
    "query", ["?transport=websocket", "?EIO=abc&transport=websocket", "?EIO=4", "?EIO=4&transport=abc"]
)
async def test_a_websocket_with_a_missing_or_wrong_parameter_is_closed(query: str) -> None:
    engine, _ = echo_engine(Options())
    async with running(engine) as stand:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await stand.http.ws_connect(stand.endpoint + query)
        assert not engine.sessions


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_handshake_is_a_get(method: str) -> None:
    engine, _ = echo_engine(Options())
    async with (
        running(engine) as stand,
        stand.http.request(method, stand.endpoint + "?EIO=4&transport=polling") as answer,
    ):
        assert answer.status == 400
        assert await answer.json() == {"code": 2, "message": "Bad handshake method"}


async def test_a_request_without_the_trailing_slash_is_served_too() -> None:
    engine, _ = echo_engine(Options())
    async with running(engine) as stand, stand.http.get(stand.url + "/socket.io?EIO=4&transport=polling") as answer:
        assert answer.status == 200


async def test_a_transport_that_is_switched_off_is_unknown() -> None:
    engine, _ = echo_engine(Options(transports=("websocket",)))
    async with running(engine) as stand:
        status, body = await stand.get("?EIO=4&transport=polling")
        assert (status, json.loads(body)["code"]) == (400, 0)
        async with stand.websocket() as wire:
            assert json.loads((await wire.text())[1:])["upgrades"] == []


async def test_a_page_of_another_origin_is_refused_unless_it_is_allowed() -> None:
    engine, _ = echo_engine(Options(allow_origin=lambda origin: origin == "https://friend.example"))
    async with running(engine) as stand:
        query = "?EIO=4&transport=polling"
        status, body = await stand.get(query, Origin="https://foe.example")
        assert (status, json.loads(body)) == (403, {"code": 4, "message": "Forbidden"})
        assert (await stand.get(query, Origin=stand.url))[0] == 200
        async with stand.http.get(stand.endpoint + query, headers={"Origin": "https://friend.example"}) as answer:
            assert answer.status == 200
            assert answer.headers["Access-Control-Allow-Origin"] == "https://friend.example"
            assert answer.headers["Vary"] == "Origin"
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await stand.http.ws_connect(
                stand.endpoint + "?EIO=4&transport=websocket", headers={"Origin": "https://foe.example"}
            )
        assert refused.value.status == 403


async def test_a_preflight_is_answered_for_an_allowed_origin_only() -> None:
    engine, _ = echo_engine(Options(allow_origin=lambda origin: origin == "https://friend.example"))
    async with running(engine) as stand:
        ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        url = stand.endpoint + "?EIO=4&transport=polling"
        async with stand.http.options(url, headers={"Origin": "https://friend.example", **ask}) as answer:
            assert answer.status == 204
            assert "POST" in answer.headers["Access-Control-Allow-Methods"]
            assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
        async with stand.http.options(url, headers={"Origin": "https://foe.example", **ask}) as answer:
            assert answer.status == 403
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_sessions_are_capped_in_total_and_by_source() -> None:
    sources = iter(["a", "a", "a", "b", "c"])
    engine, _ = echo_engine(Options(max_sessions=3, max_sessions_per_source=2, source=lambda request: next(sources)))
    async with running(engine) as stand:
        statuses = [(await stand.get("?EIO=4&transport=polling"))[0] for _ in range(5)]
        assert statuses == [200, 200, 429, 200, 503]
        assert engine.counters.refused == {"TOO_MANY_OF_SOURCE": 1, "TOO_MANY": 1}


async def test_sessions_count_for_every_network_of_their_source() -> None:
    """Whoever had an IPv6 /48 could open the sessions of 65,536 addresses."""
    subnets = iter([f"site-a/{number}" for number in range(5)] + ["site-b/0", "site-a/9"])
    engine, _ = echo_engine(
        Options(
            max_sessions_per_source=2,
            network_factor=2,
            source=lambda request: next(subnets),
            networks=lambda source: (source, source.partition("/")[0]),
        )
    )
    async with running(engine) as stand:
        statuses = [(await stand.get("?EIO=4&transport=polling"))[0] for _ in range(6)]
        assert statuses == [200, 200, 200, 200, 429, 200]
        next(iter(engine.sessions.values())).close("gone")
        await until(lambda: len(engine.sessions) == 4, "4 sessions")
        assert (await stand.get("?EIO=4&transport=polling"))[0] == 200
