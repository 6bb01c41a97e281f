"""Hatch hook: builds the web client into wheels and source archives; `scripts/build_web.py` does the work."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebClientHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the web client before the files are collected; an editable install does without."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the client unless its stamp says that nothing has changed."""
        if version != "editable":
            subprocess.run([sys.executable, "-m", "scripts.build_web"], cwd=self.root, check=True)
