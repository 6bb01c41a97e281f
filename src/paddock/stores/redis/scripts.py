"""The Lua steps: each changes everything that belongs together, or nothing; this module loads them and runs none.

A step is called by its hash, and by its text when the server does not know it (after a restart or `SCRIPT FLUSH`).
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final

from msgspec import Struct

from paddock.domain.chat import KEPT as CHAT_KEPT
from paddock.stores.contract import COMMANDS_MOST, LOG_KEPT_MS, LOG_MOST, RACES_KEPT_MS
from paddock.stores.redis.clock import STEP_MS
from paddock.stores.redis.replies import Argument, Command
from paddock.stores.room_log import LOG_KEPT, TRIM_STEP


class Script(Struct, frozen=True):
    """A step's text and the SHA-1 by which Redis knows it; `reads` says that it changes nothing."""

    text: str
    digest: str
    reads: bool

    def by_digest(self, keys: tuple[str, ...], arguments: tuple[Argument, ...]) -> Command:
        """Give the call that names the step by its hash."""
        return ("EVALSHA", self.digest, len(keys), *keys, *arguments)

    def by_text(self, keys: tuple[str, ...], arguments: tuple[Argument, ...]) -> Command:
        """Give the call that brings the step along."""
        return ("EVAL", self.text, len(keys), *keys, *arguments)


class Scripts(Struct, frozen=True):
    """All steps; what each does stands in its file."""

    create: Script
    commit: Script
    append: Script
    forget: Script
    since: Script
    claim: Script
    put: Script
    recorded: Script
    allow: Script
    clock: Script
    whole: Script
    reunite: Script
    owe: Script


TURN_MOST_MS: Final = 5_000
"""Longer than any turn: a commit takes half a second at most."""
NUMBERS: Final = {
    "LOG_KEPT": LOG_KEPT,
    "TRIM_STEP": TRIM_STEP,
    "LOG_MOST": LOG_MOST,
    "LOG_KEPT_MS": LOG_KEPT_MS,
    "COMMANDS_MOST": COMMANDS_MOST,
    "CHAT_KEPT": CHAT_KEPT,
    "RACES_KEPT_MS": RACES_KEPT_MS,
    "STEP_MS": STEP_MS,
    "TURN_MOST_MS": TURN_MOST_MS,
}
"""What the steps have to know of the contract; they see these names."""


def load_scripts() -> Scripts:
    """Read all steps from the package."""
    folder = resources.files(__package__) / "scripts"
    numbers = "".join(f"local {name} = {value}\n" for name, value in NUMBERS.items())
    prelude = numbers + (folder / "prelude.lua").read_text()

    def load(name: str) -> Script:
        text = prelude + (folder / f"{name}.lua").read_text()
        return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(), name in {"since", "whole"})

    return Scripts(**{name: load(name) for name in Scripts.__struct_fields__})
