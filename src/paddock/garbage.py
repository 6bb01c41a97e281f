"""Keeps Python's garbage collector from holding up the loop; see docs/decisions/0023-garbage.md.

A full collection looks at every object that could be part of a cycle, and nothing else happens meanwhile. What is
loaded at the start is looked at no more; what the rules make (rooms, entries) is declared free of cycles where it is
defined. Only for a process that serves: it concerns the whole interpreter.
"""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 10_000
"""New objects between two looks at the youngest; Python's own 700 come together in a few commands."""


def spare_what_is_loaded() -> None:
    """Look no more at what is there now; once all modules are loaded, and before anybody is connected, if possible."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
