"""Backup and restore of a data folder: everything that one server keeps without Redis and PostgreSQL, in one file."""
