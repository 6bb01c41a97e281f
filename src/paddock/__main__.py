"""`python -m paddock` is `paddock`."""

from __future__ import annotations

from paddock.cli import main

if __name__ == "__main__":
    main(prog_name="paddock")
