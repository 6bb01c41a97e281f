"""The journal's tables and its one writing statement, as SQL; no connection.

A whole batch is written by one INSERT into a temporary view, whose trigger spreads it over the tables. So a batch is
one transaction by nature, and the writer thread gives up and takes back Python's lock once per batch instead of once
per row: with a busy event loop each of those hand-overs can cost milliseconds.
"""

from __future__ import annotations

from typing import Final

APPLICATION: Final = 0x50614464
"""`PaDd`: tells a journal from any other SQLite file, so that nobody else's data is ever written to or moved."""
LAYOUT: Final = 1
"""The version of these tables, in `user_version`; a higher one is refused."""

CREATE: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE rooms (
    place INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, ruled INTEGER NOT NULL, due INTEGER, schema INTEGER NOT NULL,
    summary TEXT, snapshot TEXT NOT NULL
);
CREATE TABLE entries (
    place INTEGER NOT NULL, version INTEGER NOT NULL, command TEXT, body TEXT NOT NULL, PRIMARY KEY (place, version)
) WITHOUT ROWID;
CREATE TABLE messages (
    place INTEGER NOT NULL, version INTEGER NOT NULL, turn INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (place, version, turn)
) WITHOUT ROWID;
CREATE TABLE sessions (token TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE races (
    race TEXT PRIMARY KEY, code TEXT NOT NULL, at INTEGER NOT NULL, recorded INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
);
CREATE INDEX races_by_room ON races (code, at);
CREATE INDEX races_recorded ON races (at) WHERE recorded;
CREATE INDEX races_unrecorded ON races (at) WHERE NOT recorded;
CREATE TABLE set_aside (
    code TEXT NOT NULL, ruled INTEGER NOT NULL, schema INTEGER NOT NULL, snapshot TEXT NOT NULL, reason TEXT NOT NULL
);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {LAYOUT};
COMMIT;
"""

PRUNED_AT_ONCE: Final = 256
"""Old races removed with each batch that adds one: more than it adds, in practice, so pruning catches up."""


def _fields(count: int) -> str:
    return ", ".join(f"json_extract(value, '$[{place}]')" for place in range(count))


def _body(place: int) -> str:
    """The body that begins where field `place` of a row says and is as long as the next field says."""
    return f"CAST(substr(NEW.bodies, json_extract(value, '$[{place}]'), json_extract(value, '$[{place + 1}]')) AS TEXT)"


PREPARE: Final = f"""
CREATE TEMP VIEW batch AS SELECT
    0 AS gone, 0 AS rooms, 0 AS entries, 0 AS messages, 0 AS sessions, 0 AS dropped, 0 AS races, 0 AS recorded,
    0 AS trims, 0 AS races_before, 0 AS bodies;
CREATE TEMP TRIGGER write_batch INSTEAD OF INSERT ON batch BEGIN
    DELETE FROM entries WHERE place IN (SELECT value FROM json_each(NEW.gone));
    DELETE FROM messages WHERE place IN (SELECT value FROM json_each(NEW.gone));
    DELETE FROM rooms WHERE place IN (SELECT value FROM json_each(NEW.gone));
    INSERT INTO rooms (place, code, ruled, due, schema, summary, snapshot)
        SELECT {_fields(5)}, {_body(5)}, {_body(7)} FROM json_each(NEW.rooms) WHERE true
        ON CONFLICT (place) DO UPDATE SET ruled = excluded.ruled, due = excluded.due, schema = excluded.schema,
            summary = excluded.summary, snapshot = excluded.snapshot;
    INSERT INTO entries (place, version, command, body)
        SELECT {_fields(3)}, {_body(3)} FROM json_each(NEW.entries);
    INSERT INTO messages (place, version, turn, body)
        SELECT {_fields(3)}, {_body(3)} FROM json_each(NEW.messages);
    INSERT INTO sessions (token, body)
        SELECT {_fields(1)}, {_body(1)} FROM json_each(NEW.sessions) WHERE true
        ON CONFLICT (token) DO UPDATE SET body = excluded.body;
    DELETE FROM sessions WHERE token IN (SELECT value FROM json_each(NEW.dropped));
    INSERT INTO races (race, code, at, body)
        SELECT {_fields(3)}, {_body(3)} FROM json_each(NEW.races) WHERE true
        ON CONFLICT (race) DO NOTHING;
    UPDATE races SET recorded = 1 WHERE race IN (SELECT value FROM json_each(NEW.recorded));
    DELETE FROM races WHERE rowid IN (
        SELECT rowid FROM races WHERE recorded AND at < NEW.races_before ORDER BY at LIMIT {PRUNED_AT_ONCE}
    );
    DELETE FROM entries WHERE (place, version) IN (
        SELECT old.place, old.version FROM json_each(NEW.trims) AS trim CROSS JOIN entries AS old
        ON old.place = json_extract(trim.value, '$[0]') AND old.version <= json_extract(trim.value, '$[1]')
    );
    DELETE FROM messages WHERE (place, version) IN (
        SELECT old.place, old.version FROM json_each(NEW.trims) AS trim CROSS JOIN messages AS old
        ON old.place = json_extract(trim.value, '$[0]') AND old.version <= json_extract(trim.value, '$[2]')
    );
END;
"""  # noqa: S608 - made of constants

# JSON comes as bytes, which is cheaper to hand over than text, and SQLite reads JSON only from text.
WRITE: Final = f"INSERT INTO batch VALUES ({', '.join(['CAST(? AS TEXT)'] * 9)}, ?, ?)"  # noqa: S608 - made of constants

ROOMS: Final = "SELECT place, code, ruled, due, schema, summary, snapshot FROM rooms"
ENTRIES: Final = "SELECT place, version, command, body FROM entries ORDER BY place, version"
MESSAGES: Final = "SELECT place, body FROM messages ORDER BY place, version, turn"
SESSIONS: Final = "SELECT token, body FROM sessions"
NEWEST_SCHEMA: Final = "SELECT max(schema) FROM rooms"
LAST_PLACE: Final = (
    "SELECT max(place) FROM (SELECT max(place) AS place FROM rooms UNION ALL SELECT max(place) FROM entries)"
)

RACES_OF_ROOM: Final = "SELECT body FROM races WHERE code = ? ORDER BY at DESC, rowid DESC LIMIT ?"
RACE: Final = "SELECT body FROM races WHERE race = ?"
UNRECORDED: Final = "SELECT body FROM races WHERE NOT recorded ORDER BY at, rowid LIMIT ?"
BACKLOG: Final = "SELECT count(*), min(at) FROM races WHERE NOT recorded"

SET_ASIDE: Final = """
INSERT INTO set_aside (code, ruled, schema, snapshot, reason)
SELECT code, ruled, schema, snapshot, ? FROM rooms WHERE place = ?
"""
REMOVE: Final = (
    "DELETE FROM rooms WHERE place = ?",
    "DELETE FROM entries WHERE place = ?",
    "DELETE FROM messages WHERE place = ?",
)
