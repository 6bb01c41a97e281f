"""The source of a request is the peer, unless a trusted proxy says better; nobody can write themselves another one."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from paddock.api import source_rule


def request(peer: str, *forwarded: str) -> web.Request:
    headers = [("X-Forwarded-For", text) for text in forwarded]
    return make_mocked_request("GET", "/", headers=CIMultiDict(headers)).clone(remote=peer)


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.66, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("192.0.2.66", "198.51.100.1, 10.0.0.2"), "198.51.100.1"),
        ("10.0.0.1", ("10.0.0.3, 10.0.0.2",), "10.0.0.3"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1, nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("",), "10.0.0.1"),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        ("::ffff:203.0.113.9", (), "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", (), "2001:db8:1:2::"),
        ("10.0.0.1", ("2001:db8:1:2::9",), "2001:db8:1:2::"),
        ("", (), ""),
    ],
)
def test_the_right_most_untrusted_hop_is_the_source(peer: str, forwarded: tuple[str, ...], source: str) -> None:
    assert source_rule(("10.0.0.0/8",))(request(peer, *forwarded)) == source


def test_without_trusted_proxies_no_header_is_believed() -> None:
    assert source_rule(())(request("10.0.0.1", "198.51.100.1")) == "10.0.0.1"


def test_a_text_that_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="host bits"):
        source_rule(("10.0.0.1/8",))
