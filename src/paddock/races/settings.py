"""Reads the race settings, the operator's file or the package's own; what is valid is the book's decision."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from paddock.domain.book import MAX_BYTES, Book, parse_book


def load_book(path: Path | None = None) -> Book:
    """Return the book in a JSON file, or the one that ships with Paddock.

    Raises `ValueError` naming the file when its settings are not valid, and `OSError` when it cannot be read.
    """
    if path is None:
        return parse_book(files("paddock").joinpath("data/book.json").read_bytes())
    with path.open("rb") as file:
        text = file.read(MAX_BYTES + 1)
    try:
        return parse_book(text)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
