"""Generates `docs/settings.md` from the settings' types; `--check` only compares.

Run by `make generate`; `make check` fails when the document is not what this would write.
"""

from __future__ import annotations

import sys
from pathlib import Path

from paddock.config.table import markdown

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "settings.md"


def main(arguments: list[str]) -> int:
    """Write the document, or with `--check` say whether it is current (0) or not (1)."""
    text = markdown()
    if "--check" not in arguments:
        DOCUMENT.write_text(text, "utf-8")
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text("utf-8") == text:
        return 0
    print(f"{DOCUMENT.name} is not current: run `make generate`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
