"""Runs a step of the set-up and turns its failure into one sentence that says what to do.

pip, uv and npm say the same few things in many lines. Their output is shown only if nothing in it is known here.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

TAIL_LINES: Final = 20

_FULL: Final = "the disk is full: free some space, then run make again"
_READ_ONLY: Final = (
    "this folder, or the cache in the home folder, cannot be written: use a copy that belongs to you (git clone), "
    "then run make again"
)
_CAUSES: Final[tuple[tuple[str, str], ...]] = (
    (r"No space left on device|ENOSPC|Disk quota exceeded|EDQUOT|File too large|EFBIG", _FULL),
    (
        r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED"
        r"|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|unable to get (?:local )?issuer certificate"
        r"|self[- ]signed certificate",
        "the package index, or a proxy before it, has a certificate that is not trusted here: name the file of its "
        "authority with PIP_CERT=FILE NODE_EXTRA_CA_CERTS=FILE (uv: SSL_CERT_FILE=FILE), then run make again",
    ),
    (
        r"DO NOT MATCH THE HASHES|Hash mismatch|EINTEGRITY",
        "a package is not the one that the lock file names: use another package index, then run make again",
    ),
    (r"Read-only file system|EROFS|Permission denied|EACCES|EPERM", _READ_ONLY),
    (
        r"Proxy Authentication Required|[Ee]rror:? 407|401 (?:Client )?(?:Error|Unauthorized)|\bE401\b",
        "the package index, or a proxy before it, asks for a name and a password: put them into HTTPS_PROXY or "
        "PIP_INDEX_URL, then run make again",
    ),
    (
        r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|Failed to establish a new connection"
        r"|Connection refused|Connection reset|Connection aborted|Network is unreachable|IncompleteRead|SSLError"
        r"|name resolution|Name or service not known|dns error|error sending request|tcp connect error|timed out"
        r"|ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|ENETDOWN|ERR_SOCKET_TIMEOUT",
        "the package index cannot be reached: check the network (a proxy is named by HTTPS_PROXY, another index by "
        "PIP_INDEX_URL and NPM_CONFIG_REGISTRY), then run make again",
    ),
    (
        r"ensurepip is not available|No module named '?(?:ensurepip|venv|pip)\b",
        "this Python has no venv: install it (Debian, Ubuntu: apt-get install python3-venv), then run make again",
    ),
    (
        r"Killed|MemoryError|heap out of memory|ENOMEM|Cannot allocate",
        "the memory is full: end other programs, then run make again",
    ),
    (
        r"No matching distribution|No solution found|E404|no versions? of ",
        "the package index does not have a package of the lock file for this Python and this machine: use another "
        "package index (PIP_INDEX_URL), or Python 3.11 to 3.14 (PYTHON=/path/to/python3), then run make again",
    ),
)
"""What is looked for, most certain first: pip names a package it cannot find after every failure of the network."""
_SYSTEM: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
}


class StepFailedError(Exception):
    """A step of the set-up failed; the message is one sentence that says what to do."""


def explain(output: str) -> str | None:
    """Return what to do after a program failed with this output, or None if it says nothing known."""
    return next((advice for pattern, advice in _CAUSES if re.search(pattern, output)), None)


def explain_error(error: OSError) -> str:
    """Return what to do after this program's own call of the system failed."""
    return _SYSTEM.get(error.errno or 0, f"{error}: mend that, then run make again")


def run_step(name: str, command: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a program to its end and show nothing of what it says; of an unknown failure show the last lines.

    Raises:
        StepFailedError: it failed, or could not be started.
    """
    try:
        ran = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise StepFailedError(f"{name}: {explain_error(error)}.") from error
    if ran.returncode == 0:
        return
    known = explain(ran.stdout)
    if known is None:
        print(*ran.stdout.splitlines()[-TAIL_LINES:], sep="\n", file=sys.stderr)
        known = f"{Path(command[0]).name} failed: see above, mend that, then run make again"
    raise StepFailedError(f"{name}: {known}.")


def need_writable(folder: Path) -> None:
    """Say so before anything is begun if files cannot be made in a folder.

    Raises:
        StepFailedError: they cannot.
    """
    probe = folder / f".writable-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StepFailedError(f"{folder}: {explain_error(error)}.") from error
