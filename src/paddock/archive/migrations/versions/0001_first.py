"""Everything that the first release keeps.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None

NUMBER: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "books",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_books"),
    )
    op.create_table(
        "days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("races", sa.Integer(), nullable=False),
        sa.Column("players", sa.Integer(), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_days"),
    )
    op.create_table(
        "erased",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", name="pk_erased"),
    )
    op.create_index("ix_erased_at", "erased", ["at"], unique=False)
    op.create_table(
        "kinds",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("lined_up", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), nullable=False),
        sa.Column("wins", sa.Integer(), nullable=False),
        sa.Column("lasts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_kinds"),
    )
    op.create_table(
        "profiles",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("profile", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("named_at", sa.BigInteger(), nullable=False),
        sa.Column("renamed", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_profiles"),
        sa.UniqueConstraint("profile", name="uq_profiles_profile"),
    )
    op.create_table(
        "quarantine",
        sa.Column("race", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("race", name="pk_quarantine"),
    )
    op.create_table(
        "rooms",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
        sa.UniqueConstraint("code", "opened_at", name="uq_rooms_code_opened_at"),
    )
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("room_id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("profile_id", NUMBER, nullable=True),
        sa.Column("setting", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name="fk_audit_profile_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_audit_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_index("ix_audit_profile_id", "audit", ["profile_id"], unique=False)
    op.create_index("ix_audit_room", "audit", ["room_id", "at"], unique=False)
    op.create_table(
        "devices",
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("profile_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name="fk_devices_profile_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("device", name="pk_devices"),
    )
    op.create_index("ix_devices_profile_id", "devices", ["profile_id"], unique=False)
    op.create_table(
        "moves",
        sa.Column("profile_id", NUMBER, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name="fk_moves_profile_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("profile_id", name="pk_moves"),
        sa.UniqueConstraint("code", name="uq_moves_code"),
    )
    op.create_table(
        "races",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("race", sa.String(length=16), nullable=False),
        sa.Column("room_id", NUMBER, nullable=False),
        sa.Column("first", sa.String(length=16), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("track", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("runoff", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=10), nullable=True),
        sa.Column("book", sa.String(length=64), nullable=False),
        sa.Column("lineup", sa.Text(), nullable=False),
        sa.Column("picked", sa.Text(), nullable=False),
        sa.Column("winners", sa.Text(), nullable=False),
        sa.Column("losers", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["book"], ["books.digest"], name="fk_races_book"),
        sa.ForeignKeyConstraint(["day"], ["days.day"], name="fk_races_day"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name="fk_races_room_id"),
        sa.PrimaryKeyConstraint("id", name="pk_races"),
        sa.UniqueConstraint("race", name="uq_races_race"),
    )
    op.create_index("ix_races_day", "races", ["day", "room_id", "runoff"], unique=False)
    op.create_index("ix_races_first", "races", ["first"], unique=False)
    op.create_index("ix_races_history", "races", ["room_id", "starts_at", "race"], unique=False)
    op.create_index("ix_races_starts_at", "races", ["starts_at"], unique=False)
    op.create_table(
        "standings",
        sa.Column("scope", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("profile_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("races", sa.Integer(), nullable=False),
        sa.Column("wins", sa.Integer(), nullable=False),
        sa.Column("paid", sa.Integer(), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name="fk_standings_profile_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("scope", "period", "profile_id", name="pk_standings"),
    )
    op.create_index(
        "ix_standings_bound",
        "standings",
        ["scope", "period", "bound", "profile_id"],
        unique=False,
        postgresql_where=sa.text("races >= 5"),
        sqlite_where=sa.text("races >= 5"),
    )
    op.create_index("ix_standings_paid", "standings", ["scope", "period", "paid", "profile_id"], unique=False)
    op.create_index("ix_standings_person", "standings", ["profile_id"], unique=False)
    op.create_index("ix_standings_races", "standings", ["scope", "period", "races", "profile_id"], unique=False)
    op.create_index("ix_standings_wins", "standings", ["scope", "period", "wins", "profile_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("race_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("player", sa.String(length=10), nullable=False),
        sa.Column("profile_id", NUMBER, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("racer", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("time_ms", sa.Integer(), nullable=True),
        sa.Column("runoff", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name="fk_entries_profile_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["race_id"], ["races.id"], name="fk_entries_race_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("race_id", "player", name="pk_entries"),
    )
    op.create_index("ix_entries_person", "entries", ["profile_id", "starts_at", "race_id"], unique=False)


def downgrade() -> None:
    """Remove all tables."""
    op.drop_index("ix_entries_person", table_name="entries")
    op.drop_table("entries")
    op.drop_index("ix_standings_wins", table_name="standings")
    op.drop_index("ix_standings_races", table_name="standings")
    op.drop_index("ix_standings_person", table_name="standings")
    op.drop_index("ix_standings_paid", table_name="standings")
    op.drop_index(
        "ix_standings_bound",
        table_name="standings",
        postgresql_where=sa.text("races >= 5"),
        sqlite_where=sa.text("races >= 5"),
    )
    op.drop_table("standings")
    op.drop_index("ix_races_starts_at", table_name="races")
    op.drop_index("ix_races_history", table_name="races")
    op.drop_index("ix_races_first", table_name="races")
    op.drop_index("ix_races_day", table_name="races")
    op.drop_table("races")
    op.drop_table("moves")
    op.drop_index("ix_devices_profile_id", table_name="devices")
    op.drop_table("devices")
    op.drop_index("ix_audit_room", table_name="audit")
    op.drop_index("ix_audit_profile_id", table_name="audit")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_table("audit")
    op.drop_table("rooms")
    op.drop_table("quarantine")
    op.drop_table("profiles")
    op.drop_table("kinds")
    op.drop_index("ix_erased_at", table_name="erased")
    op.drop_table("erased")
    op.drop_table("days")
    op.drop_table("books")
