"""The table of settings is complete, and as a file it can be read again."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from msgspec.structs import fields as fields_of

from paddock.config import Config, ConfigError, load, trace
from paddock.config.fields import fields
from paddock.config.model import PACE_NOTES
from paddock.config.table import markdown, rows, toml
from paddock.domain.settings import Pace

FULL = {
    "PADDOCK_PORT": "0",
    "PADDOCK_DATA": ":memory:",
    "PADDOCK_ORIGINS": "https://a.example,https://b.example",
    "PADDOCK_BOOK": "some book.json",
    "PADDOCK_LOG_JSON": "true",
    "PADDOCK_PACE_TAIL_MS": "1",
}


def test_every_step_of_the_pace_is_described() -> None:
    assert set(PACE_NOTES) == {info.name for info in fields_of(Pace)}


def test_every_setting_is_in_the_document_once() -> None:
    document = markdown()

    for field in fields():
        assert document.count(f"| `{field.name}` | `{field.variable}` |") == 1
        assert field.note.endswith(".")
    assert len({field.variable for field in fields()}) == len(fields())


def test_defaults_are_written_as_comments() -> None:
    assert tomllib.loads(toml(trace(None, {}, {}))) == {"limits": {}, "archive": {}, "pace": {}}


def test_a_written_file_says_the_same(tmp_path: Path) -> None:
    file = tmp_path / "paddock.toml"
    file.write_text(toml(trace(None, FULL, {})), "utf-8")

    assert load(file, {}, {}) == load(None, FULL, {}) != Config()


def test_the_commented_defaults_are_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "paddock.toml"
    lines = toml(trace(None, {}, {})).splitlines()
    file.write_text("\n".join(line.removeprefix("# ") for line in lines if " = " in line or line.startswith("[")))

    assert load(file, {}, {}) == Config()


def test_rows_say_where_a_value_comes_from() -> None:
    told = {name: (value, source) for name, value, source, _ in rows(trace(None, FULL, {}))}

    assert told["port"] == ("0", "PADDOCK_PORT")
    assert told["origins"] == ("https://a.example, https://b.example", "PADDOCK_ORIGINS")
    assert told["log_json"] == ("true", "PADDOCK_LOG_JSON")
    assert told["journal_fsync"] == ("false", "default")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://paddock:s3cret@db.example/paddock",
        "postgresql://paddock:s3:cr@et@db.example/paddock?sslmode=require",
        "postgresql:///paddock?host=db.example&password=s3cret",
    ],
)
def test_no_password_is_shown(address: str) -> None:
    loaded = trace(None, {"PADDOCK_DATABASE": address}, {})

    told = toml(loaded) + str(list(rows(loaded)))

    assert loaded.config.database == address
    assert "db.example" in told
    assert "s3" not in told
    with pytest.raises(ConfigError) as error:
        trace(None, {"PADDOCK_DATABASE": address.replace("postgresql", "postgresq")}, {})
    assert "s3" not in str(error.value.sentences)
