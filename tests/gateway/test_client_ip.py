"""The address of a client is that of its TCP peer, unless a trusted proxy forwards another one."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from paddock.domain.allowance import Allowance, Rate
from paddock.domain.ids import Millis
from paddock.gateway.client_ip import client_ip_rule, networks
from paddock.gateway.rate_limits import SharedSourceAllowance, SourceAllowance
from paddock.stores.allowances import LocalAllowances

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "header", "source"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "1.2.3.4", "203.0.113.7"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "6.6.6.6, nonsense", "10.0.0.1"),
        ("fd00::1", "2001:db8::9", "2001:db8::/64"),
        ("2001:db8::1:2:3:4", None, "2001:db8::/64"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.7", "1.2.3.4", "203.0.113.7"),
        ("2002:cb00:7107:1::1", None, "203.0.113.7"),
        ("2001:0:53aa:64c:0:0:34ff:8ef8", None, "203.0.113.7"),
        ("64:ff9b::203.0.113.7", None, "203.0.113.7"),
        ("64:ff9b:1::cb00:7107", None, "203.0.113.7"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("", None, "unknown"),
    ],
)
def test_the_right_most_untrusted_hop_is_the_source(peer: str, header: str | None, source: str) -> None:
    request = make_mocked_request("GET", "/", headers={} if header is None else {"X-Forwarded-For": header})
    assert client_ip_rule(PROXIES)(request.clone(remote=peer)) == source


def test_without_proxies_no_header_is_believed() -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": "1.2.3.4"}).clone(remote="10.0.0.1")
    assert client_ip_rule(())(request) == "10.0.0.1"


def test_an_allowance_refills_with_time_up_to_its_burst() -> None:
    allowance = Allowance(Rate(per_minute=60, burst=2))
    assert [allowance.take("a", Millis(0)) for _ in range(3)] == [True, True, False]
    assert allowance.take("a", Millis(1_000))
    assert not allowance.take("a", Millis(1_000))
    assert [allowance.take("a", Millis(100_000)) for _ in range(3)] == [True, True, False]


def test_allowances_are_apart_and_bounded_in_number() -> None:
    allowance = Allowance(Rate(per_minute=1, burst=1), most=2)
    assert all(allowance.take(key, Millis(0)) for key in ("a", "b"))
    assert not allowance.take("a", Millis(0))
    assert allowance.take("c", Millis(0)), "the least recently used one, b, is forgotten"
    assert not allowance.take("a", Millis(0))


def test_a_unit_given_back_can_be_taken_again() -> None:
    allowance = Allowance(Rate(per_minute=1, burst=1))
    assert allowance.take("a", Millis(0))
    allowance.give_back("a")
    assert allowance.take("a", Millis(0))


def test_an_ipv6_source_also_counts_for_its_site() -> None:
    assert networks("203.0.113.7") == ("203.0.113.7",)
    assert networks("unknown") == ("unknown",)
    assert networks("2001:db8:1:2::/64") == ("2001:db8:1:2::/64", "2001:db8:1::/48")


def test_a_site_with_65536_subnets_has_the_allowance_of_four() -> None:
    """Whoever had a /48 had 65,536 allowances: one per /64 of it."""
    limited: dict[str, int] = {}
    allowance = SourceAllowance("messages_per_ip", Rate(per_minute=60, burst=3), limited)
    subnets = [f"2001:db8:1:{number:x}::/64" for number in range(100)]
    assert sum(allowance.take(subnet, Millis(0)) for subnet in subnets) == 12
    assert allowance.take("2001:db8:2::/64", Millis(0)), "another site has its own"
    assert limited == {"messages_per_ip": 88}
    neighbour = [allowance.take("2001:db8:3:1::/64", Millis(0)) for _ in range(10)]
    assert sum(neighbour) == 3
    assert sum(allowance.take(f"2001:db8:3:{number:x}::/64", Millis(0)) for number in range(2, 12)) == 9, (
        "what a subnet was refused, its site was not charged"
    )


async def test_guesses_of_a_site_count_together_and_are_given_back() -> None:
    limited: dict[str, int] = {}
    kept: list[str] = []

    def hashed(network: str) -> str:
        kept.append(network)
        return network

    allowance = SharedSourceAllowance(LocalAllowances(), "guesses", Rate(1, 1), limited, hashed, factor=2)
    assert [await allowance.take(f"2001:db8:1:{number}::/64", Millis(0)) for number in range(4)] == [
        True,
        True,
        False,
        False,
    ]
    await allowance.give_back("2001:db8:1:1::/64", Millis(0))
    assert await allowance.take("2001:db8:1:9::/64", Millis(0))
    assert "2001:db8:1::/48" in kept
    assert limited == {"guesses": 2}
