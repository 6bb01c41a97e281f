"""The secret of a data folder: made at the first start, whole or not at all, and refused when it can be guessed."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

LEAST_BYTES: Final = 32


class WeakSecret(ValueError):  # noqa: N818 - a property of it
    """The secret is too short; the text is a sentence for the operator that says what to do."""


def load(path: Path) -> bytes:
    """Read a secret, or make it at the first start.

    Workers of one folder may all be at their first start in the same moment: they take what one of them made.

    Raises:
        WeakSecret: it is shorter than `LEAST_BYTES`.
        OSError: it cannot be read or made.
    """
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        made = _written(path, secrets.token_bytes(LEAST_BYTES))
        try:
            # Whole or not at all, and only if nobody was quicker.
            os.link(made, path)
        except FileExistsError:
            pass  # theirs it is
        finally:
            made.unlink()
        secret = path.read_bytes()
    if len(secret) < LEAST_BYTES:
        raise WeakSecret(
            f"the secret in {path} has {len(secret)} bytes and could be guessed; it needs {LEAST_BYTES} at least. "
            f"Remove it, and the next start makes a new one, or run: head -c {LEAST_BYTES} /dev/urandom > {path}"
        )
    return secret


def keep(path: Path, secret: bytes) -> None:
    """Put another secret in the place of one; several workers may do this on one folder in the same moment.

    Raises:
        OSError: it cannot be written.
    """
    _written(path, secret).replace(path)


def _written(path: Path, secret: bytes) -> Path:
    """Write a file beside `path`, for its owner alone and under a name of its own."""
    descriptor, made = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return Path(made)
