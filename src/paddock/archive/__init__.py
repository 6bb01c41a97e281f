"""Finished races, profiles, boards, statistics, for ever: a contract, and SQL for PostgreSQL and SQLite behind it."""
