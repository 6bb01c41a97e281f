"""`/metrics`: every figure under its name, in the format that was asked for, and nothing that names anybody."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families
from tests.api.server import Backstage, build, serving
from tests.gateway.wire import guest

from paddock.api import Forwarding, Vitals
from paddock.app import running
from paddock.config import MEMORY, Config
from paddock.service.work import WorkKind
from paddock.socketio import Counters

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
WORDS = {
    "direction": {"in", "out"},
    "transport": {"polling", "websocket"},
    "state": {"starting", "ready", "draining"},
    "generation": {"0", "1", "2"},
    "kind": {kind.value for kind in WorkKind},
}


@pytest.fixture
def backstage() -> Backstage:
    return Backstage()


@pytest.fixture
async def web(backstage: Backstage, tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(backstage, build(tmp_path / "web")) as session:
        yield session


def values(text: str) -> dict[str, float]:
    """Give every sample as `name{label=value}`."""
    return {
        sample.name + "".join(f"{{{key}={value}}}" for key, value in sample.labels.items()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_figures_stand_under_their_names(web: ClientSession, backstage: Backstage) -> None:
    counters = Counters(sockets=3, polling=1, websocket=2, opened=9, packets_in=5, bytes_out=700)
    counters.closed = {"ping timeout": 4}
    counters.refused = {"TOO_MANY_AT_ONCE": 2, "connect handler": 1}
    counters.handling.observe(0.0004)
    counters.handling.observe(0.03)
    counters.handling.observe(99)
    forwarding = Forwarding(
        forwarded_requests=11,
        websocket_handoffs=4,
        open_tunnels=2,
        websocket_tunnels=6,
        accepted=13,
        failures={"auth_timeout": 1},
        rejected={"too_many": 8},
    )
    backstage.vital = Vitals("draining", 7, True, counters, forwarding)

    answer = await web.get("/metrics")

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"
    found = values(await answer.text())
    expected = {
        "paddock_state{state=ready}": 0,
        "paddock_state{state=draining}": 1,
        "paddock_rooms": 7,
        "paddock_store_unavailable": 1,
        "paddock_sessions{transport=polling}": 1,
        "paddock_sessions{transport=websocket}": 2,
        "paddock_sockets": 3,
        "paddock_forwarded_requests_total": 11,
        "paddock_websocket_handoffs_total": 4,
        "paddock_websocket_tunnels_open": 2,
        "paddock_websocket_tunnels_total": 6,
        "paddock_peer_connections_accepted_total": 13,
        "paddock_forwarding_failures_total{reason=auth_timeout}": 1,
        "paddock_peer_connections_rejected_total{reason=too_many}": 8,
        "paddock_sessions_opened_total": 9,
        "paddock_sessions_closed_total{reason=ping_timeout}": 4,
        "paddock_refused_total{reason=too_many_at_once}": 2,
        "paddock_refused_total{reason=connect_handler}": 1,
        "paddock_packets_total{direction=in}": 5,
        "paddock_bytes_total{direction=out}": 700,
        "paddock_event_seconds_bucket{le=0.00025}": 0,
        "paddock_event_seconds_bucket{le=0.0005}": 1,
        "paddock_event_seconds_bucket{le=0.05}": 2,
        "paddock_event_seconds_bucket{le=10.0}": 2,
        "paddock_event_seconds_bucket{le=+Inf}": 3,
        "paddock_event_seconds_count": 3,
        "paddock_event_seconds_sum": 99.0304,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert found["process_resident_memory_bytes"] > 1_000_000
    assert found["process_open_fds"] > 3


async def test_openmetrics_is_spoken_to_those_who_ask_for_it(web: ClientSession) -> None:
    answer = await web.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})

    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert (await answer.text()).endswith("# EOF\n")


@pytest.mark.parametrize("accept", ["application/openmetrics-text; version=x", "text/plain; version=", ";;,=", "*/*"])
async def test_an_odd_accept_header_gets_the_plain_format(web: ClientSession, accept: str) -> None:
    answer = await web.get("/metrics", headers={"Accept": accept})

    assert answer.status == 200
    assert "paddock_rooms" in await answer.text()


async def test_the_operations_page_names_every_figure(web: ClientSession) -> None:
    page = OPERATIONS.read_text("utf-8")
    text = await (await web.get("/metrics")).text()
    families = [line.split()[2] for line in text.splitlines() if line.startswith("# HELP paddock_")]

    assert len(families) > 20
    assert [name for name in families if f"`{name}`" not in page] == []


async def test_a_round_leaves_no_name_no_code_and_no_secret_in_the_figures() -> None:
    async with running(Config(port=0, data=MEMORY)) as server:
        url = f"http://127.0.0.1:{server.port}"
        async with guest(url) as mina, guest(url) as jun, ClientSession() as web:
            await mina.opens(name="Mina-the-host")
            await jun.joins(mina.code, "Jun-the-guest")
            await jun.asks("say", text="a-secret-line")
            await jun.asks("no_such_message")
            text = await (await web.get(f"{url}/metrics")).text()
            secrets = [mina.token, jun.token, mina.device, mina.pid, jun.pid, mina.code, mina.player, jun.player]
    found = values(text)
    assert found["paddock_rooms"] == 1
    assert found["paddock_sockets"] == 2
    assert found["paddock_event_seconds_count"] >= 4
    for word in ["Mina", "Jun", "a-secret-line", "127.0.0.1", *filter(None, secrets)]:
        assert word not in text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            for label, value in sample.labels.items():
                assert label in WORDS or label in {"reason", "le"}, label
                assert value in WORDS.get(label, {value})
                assert len(value) < 40, json.dumps(sample.labels)
