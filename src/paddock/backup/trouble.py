"""Why a backup or a restore was not made, as a sentence for the operator."""

from __future__ import annotations


class BackupTrouble(Exception):  # noqa: N818 - the name says it
    """It was not done, and nothing was left half done; the text is a sentence that says why and what to do."""
