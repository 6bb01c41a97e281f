"""How long the fuzzing tests look: a while in the ordinary suite, much longer by `make fuzz`."""

from __future__ import annotations

import os

LONG = os.environ.get("PADDOCK_HYPOTHESIS") == "long"


def examples(usual: int) -> int:
    """Return how many examples a test should try."""
    return usual * 100 if LONG else usual
