"""The settings come from defaults, file, environment and flags; the later one wins, and what is wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from paddock.config import Config, ConfigError, Limits, load, trace
from paddock.domain.settings import Pace


def complaints(environ: dict[str, str], flags: dict[str, object] | None = None, file: Path | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(file, environ, flags or {})
    return list(caught.value.sentences)


def test_nothing_given_means_the_defaults() -> None:
    assert load(None, {}, {}) == Config()
    assert (
        load(None, {"HOME": "/root", "PADDOCK_PORT": "", "PADDOCK_CONFIG": "elsewhere.toml"}, {"port": None})
        == Config()
    )


def test_the_later_source_wins(tmp_path: Path) -> None:
    file = tmp_path / "paddock.toml"
    file.write_text('host = "::1"\nport = 1\ncapacity = 10\nlife_h = 6\n[pace]\ncountdown_ms = 100\n')

    loaded = trace(file, {"PADDOCK_PORT": "2", "PADDOCK_CAPACITY": "20"}, {"capacity": 30})

    assert loaded.config == Config(host="::1", port=2, capacity=30, life_h=6, pace=Pace(countdown_ms=100))
    assert loaded.sources["host"] == f"host in {file}"
    assert loaded.sources["port"] == "PADDOCK_PORT"
    assert loaded.sources["capacity"] == "capacity on the command line"
    assert loaded.sources["max_rooms"] == "default"


def test_every_type_can_be_written_as_text() -> None:
    config = load(
        None,
        {
            "PADDOCK_DATA": ":memory:",
            "PADDOCK_PUBLIC_URL": "https://coffee.example",
            "PADDOCK_ORIGINS": "https://a.example, http://b.example:81",
            "PADDOCK_TRUSTED_PROXIES": "10.0.0.0/8,::1/128",
            "PADDOCK_BOOK": "book.json",
            "PADDOCK_LOG_JSON": "true",
            "PADDOCK_LIFE_H": "1",
            "PADDOCK_LIMITS_GUESSES_PER_MINUTE": "3",
            "PADDOCK_PACE_PODIUM_MS": "0",
        },
        {},
    )

    assert config.in_memory
    assert config.public_url == "https://coffee.example"
    assert config.origins == ("https://a.example", "http://b.example:81")
    assert [str(network) for network in config.proxies] == ["10.0.0.0/8", "::1/128"]
    assert config.book == Path("book.json")
    assert config.log_json
    assert config.life_h == 1
    assert config.limits == Limits(guesses_per_minute=3)
    assert config.pace.podium_ms == 0


@pytest.mark.parametrize(
    ("variable", "value", "takes"),
    [
        ("PADDOCK_PORT", "tcp://10.0.0.1:80", "0 to 65535"),
        ("PADDOCK_PORT", "65536", "0 to 65535"),
        ("PADDOCK_LOG_JSON", "maybe", "true or false"),
        ("PADDOCK_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("PADDOCK_LIFE_H", "2", "1, 3 or 6"),
        ("PADDOCK_PUBLIC_URL", "coffee.example", "an address as https://name[:port]"),
        ("PADDOCK_PUBLIC_URL", "https://me:password@coffee.example", "an address as https://name[:port]"),
        ("PADDOCK_ORIGINS", "https://a.example/path", "addresses as https://name[:port]"),
        ("PADDOCK_TRUSTED_PROXIES", "10.0.0.1/8", "networks as 10.0.0.0/8"),
        ("PADDOCK_TIME_ZONE", "Seoul", "a name as Asia/Seoul"),
        ("PADDOCK_TIME_ZONE", "../passwd", "a name as Asia/Seoul"),
        ("PADDOCK_PACE_PODIUM_MS", "-1", "0 to 2678400000"),
        ("PADDOCK_LIMITS_COMMANDS_PER_SECOND", "0", "1 to 10000"),
    ],
)
def test_a_bad_value_is_told_with_its_source_and_what_it_takes(variable: str, value: str, takes: str) -> None:
    shown = value.replace("password", "***")
    assert complaints({variable: value}) == [f"{variable} cannot be {shown!r}: it takes {takes}."]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "paddock.toml"
    file.write_text('port = "80"\nhots = "x"\npace = 3\n[limits]\nburst = 1\n')

    told = complaints({"PADDOCK_PROT": "1"}, {"max_rooms": True}, file)

    assert told == [
        f"port in {file} cannot be '80': it takes 0 to 65535.",
        f"hots in {file} is no setting; did you mean host?",
        f"pace in {file} is no setting.",
        f"limits.burst in {file} is no setting; did you mean limits.commands_burst?",
        "The variable PADDOCK_PROT is no setting; did you mean PADDOCK_PORT?",
        "max_rooms on the command line cannot be True: it takes 1 to 1000000.",
    ]


def test_a_file_that_is_missing_or_no_toml_is_named(tmp_path: Path) -> None:
    missing, broken = tmp_path / "missing.toml", tmp_path / "broken.toml"
    broken.write_text("port = = 1")

    assert complaints({}, file=missing) == [f"The settings file {missing} cannot be read: No such file or directory."]
    (sentence,) = complaints({}, file=broken)
    assert sentence.startswith(f"The settings file {broken} is not TOML: ")
    broken.write_bytes(b"\xff\xfe")
    (sentence,) = complaints({}, file=broken)
    assert sentence.startswith(f"The settings file {broken} is not TOML: ")
