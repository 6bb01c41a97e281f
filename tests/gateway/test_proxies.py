"""Proxies that are not set up are told of once; so are word and host that clients make up, and no more often."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from paddock.gateway.client_ip import client_ip_rule, peer_ip_rule
from paddock.gateway.proxies import ProxyWarnings

PROXIES = (ip_network("10.0.0.0/8"),)


def test_a_forwarded_header_of_a_peer_that_is_not_trusted_is_told_of_once() -> None:
    """Behind a proxy that was not named all players shared one address, and nothing said so."""
    source = client_ip_rule(PROXIES, ProxyWarnings(PROXIES).ignored)
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": "203.0.113.9"})
    with capture_logs() as lines:
        for _ in range(3):
            assert source(request.clone(remote="127.0.0.1")) == "127.0.0.1"
            assert source(request.clone(remote="10.0.0.1")) == "203.0.113.9"
        assert source(request.clone(remote="192.168.0.5")) == "192.168.0.5"
        for number in range(1, 50):
            source(request.clone(remote=f"198.51.100.{number}"))
    # Addresses kept for documentation count as private.
    assert [(line["event"], line["peer"]) for line in lines] == [
        ("proxy.not_trusted", "loopback"),
        ("proxy.not_trusted", "private"),
    ]
    assert not any(text in str(lines) for text in ("203.0.113", "198.51.100", "192.168"))


@pytest.mark.parametrize(
    ("remote", "headers", "told"),
    [
        ("127.0.0.1", {"Origin": "https://play.example", "Host": "127.0.0.1:8080", "X-Forwarded-For": "1.1.1.1"}, True),
        ("10.1.2.3", {"Origin": "https://play.example", "Host": "10.0.0.9", "X-Forwarded-Proto": "https"}, True),
        ("127.0.0.1", {"Origin": "https://play.example", "Host": "play.example", "X-Forwarded-For": "1.1.1.1"}, False),
        ("127.0.0.1", {"Origin": "https://play.example", "Host": "127.0.0.1:8080"}, False),
        ("203.0.113.4", {"Origin": "https://play.example", "Host": "10.0.0.9", "X-Forwarded-For": "1.1.1.1"}, False),
        ("127.0.0.1", {"Host": "127.0.0.1:8080", "X-Forwarded-For": "1.1.1.1"}, False),
        ("127.0.0.1", {"Origin": "http://[", "Host": "127.0.0.1:8080", "X-Forwarded-For": "1.1.1.1"}, False),
        ("127.0.0.1", {"Origin": "null", "Host": "127.0.0.1:8080", "X-Forwarded-For": "1.1.1.1"}, False),
    ],
)
def test_a_proxy_that_keeps_the_host_to_itself_is_told_of_once(
    remote: str, headers: dict[str, str], told: bool
) -> None:
    """Pages came, and every connection was refused as one of a foreign site, without a word to the operator."""
    warnings = ProxyWarnings(PROXIES)
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    with capture_logs() as lines:
        warnings.look(request)
        warnings.look(request)
    assert [line["event"] for line in lines] == ["proxy.host_not_forwarded"] * told


def test_the_connections_of_a_trusted_proxy_are_of_no_source() -> None:
    rule = peer_ip_rule(PROXIES)
    assert [rule(peer) for peer in ("10.1.2.3", "::ffff:10.1.2.3", "203.0.113.7", "2001:db8::7", "")] == [
        None,
        None,
        "203.0.113.7",
        "2001:db8::/64",
        "unknown",
    ]


def test_a_peer_is_loopback_private_or_public() -> None:
    warnings = ProxyWarnings(PROXIES)
    with capture_logs() as lines:
        for peer in ("127.0.0.1", "192.168.1.1", "8.8.8.8", "::1", "fe80::1", "2606:4700::1"):
            warnings.ignored(ip_address(peer))
    assert [line["peer"] for line in lines] == ["loopback", "private", "public"]
