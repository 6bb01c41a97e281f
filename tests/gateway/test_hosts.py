"""Names a server answers to: its own, those it was told, and every address; nothing that others could point at it."""

from __future__ import annotations

import pytest

from paddock.gateway.hosts import HostRule, own_names

RULE = HostRule((*own_names("0.0.0.0", "Brewery.lan", "https://play.example:8443"), "*.cafe.example", "여기.example"))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "a.localhost:8080",
        "LOCALHOST.",
        "127.0.0.1:8080",
        "192.168.0.7:80",
        "203.0.113.7",
        "[::1]:8080",
        "[fe80::1]",
        "brewery:8080",
        "brewery.lan",
        "Brewery.local:8080",
        "play.example",
        "play.example:80",
        "seoul.cafe.example",
        "xn--ok0b236b.example",
    ],
)
def test_own_names_told_names_and_addresses_are_answered(host: str) -> None:
    assert RULE.allows(host)
    assert RULE.allows(host), "and the second time"


@pytest.mark.parametrize(
    "host",
    [
        "",
        ":80",
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "cafe.example",
        "evilcafe.example",
        "brewery.evil.example",
        "brewery.lan.evil",
        "play.example@evil.example",
        "play.example:80:80",
        "play.example evil.example",
        "[::1",
        "[evil.example]",
        "a" * 300,
        "evil.local",
    ],
)
def test_all_others_are_not(host: str) -> None:
    assert not RULE.allows(host)


def test_a_star_allows_everything() -> None:
    assert HostRule(["*"]).allows("evil.example")


def test_what_is_remembered_of_hosts_is_bounded() -> None:
    rule = HostRule([])
    assert all(rule.allows(f"10.0.{number // 256}.{number % 256}") for number in range(2_000))
    assert len(rule._known) <= 256
