"""Runs schemathesis against a server: it reads the description that is served, and looks for where it does not hold."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PROBABILITY = 0.8
"""How often a place is filled with something there is, so that not every answer is 404."""


def examine(url: str, folder: Path, token: str, known: Mapping[str, Sequence[str]], seconds: int, *options: str) -> str:
    """Examine a server for so many seconds and give the report; fails with it when anything was found.

    `known` gives, by the name of a parameter, values of things that are there.
    """
    config = folder / "schemathesis.toml"
    config.write_text(_config(known), "utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", f"{url}/openapi.json"),
            *("--max-time", str(seconds), "--header", f"Authorization: Bearer {token}", "--no-color"),
            *("--generation-database", "none", "--request-timeout", "10", "--report-dir", str(folder), *options),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds + 90,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _config(known: Mapping[str, Sequence[str]]) -> str:
    lines = []
    for name, values in known.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(list(values))}"]
    lines.append("[parameters]")
    for name in known:
        for place in ("path", "query", "body"):
            lines.append(f'"{place}.{name}" = {{ dictionary = "{name}", probability = {PROBABILITY} }}')
    # 422 is what is well-formed but not acceptable: a name that does not show, a cursor of another list. That no
    # answer is 503 while all is well is another check.
    lines += [
        "[checks.positive_data_acceptance]",
        'expected-statuses = ["2XX", 304, 401, 404, 422, 429, 503]',
    ]
    return "\n".join(lines) + "\n"
