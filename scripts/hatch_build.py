"""Hatch hook: builds the web client into the package when a wheel is made; `scripts/build_web.py` does the work."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebClientHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the web client before the files of a wheel are collected; an editable install does without."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the client unless its stamp says that nothing has changed."""
        if self.target_name == "wheel" and version != "editable":
            subprocess.run([sys.executable, "-m", "scripts.build_web"], cwd=self.root, check=True)
