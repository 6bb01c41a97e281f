"""The URL of Redis: what it may say, and how it is refused."""

from __future__ import annotations

import pytest

from paddock.stores.redis.address import Layout, parse_address


def test_a_plain_host_gets_the_usual_port() -> None:
    address = parse_address("redis://cache.internal")

    assert (address.layout, address.places) == (Layout.SINGLE, (("cache.internal", 6379),))
    assert address.login.commands() == [("PING",)]


def test_everything_can_be_said() -> None:
    address = parse_address("rediss://paddock:p%40ss%3Aword@cache:7000/3")

    assert address.places == (("cache", 7000),)
    assert address.login.tls is not None
    assert address.login.commands() == [("AUTH", "paddock", "p@ss:word"), ("SELECT", 3), ("PING",)]


def test_a_password_needs_no_user() -> None:
    assert parse_address("redis://:secret@cache").login.commands()[0] == ("AUTH", "secret")


def test_an_address_of_numbers_and_colons_is_a_host() -> None:
    assert parse_address("redis://[::1]:7000").places == (("::1", 7000),)
    assert parse_address("redis://[::1]").places == (("::1", 6379),)


def test_a_server_on_this_machine_is_named_by_its_socket() -> None:
    address = parse_address("unix:///var/run/a%20folder/redis.sock")
    assert address.places == (("/var/run/a folder/redis.sock", 0),)
    assert str(address) == "/var/run/a folder/redis.sock"
    assert parse_address("unix://:secret@/redis.sock").login.password == "secret"


def test_sentinels_stand_in_a_row_before_the_service() -> None:
    address = parse_address("redis+sentinel://:secret@one,two:26380/mymaster/2")

    assert (address.layout, address.service) == (Layout.SENTINEL, "mymaster")
    assert address.places == (("one", 26379), ("two", 26380))
    assert address.login.commands() == [("AUTH", "secret"), ("SELECT", 2), ("PING",)]


def test_a_cluster_names_some_of_its_servers() -> None:
    address = parse_address("redis+cluster://one:7000,two:7001")

    assert (address.layout, address.places) == (Layout.CLUSTER, (("one", 7000), ("two", 7001)))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("localhost:6379", "begins with"),
        ("http://cache", "begins with"),
        ("unix://redis.sock", "whole path"),
        ("redis+magic://cache", "begins with"),
        ("redis://", "names no host"),
        ("redis://one,two", "several hosts"),
        ("redis://cache:port", "port"),
        ("redis://cache/zero", "database"),
        ("redis://cache/1/2", "too many parts"),
        ("redis+cluster://cache/1", "too many parts"),
        ("redis+sentinel://one,two", "name of the service"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_address(url)


def test_no_password_comes_out_again() -> None:
    with pytest.raises(ValueError, match="several hosts") as refused:
        parse_address("redis://:hush-hush@one,two")
    assert "hush-hush" not in str(refused.value)

    address = parse_address("redis://:hush-hush@one")
    assert "hush-hush" not in repr(address)
    assert str(address) == "one:6379"
