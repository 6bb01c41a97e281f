"""Why a Redis does not let this server in, in a word for machines and a sentence for its operator."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Reason: TypeAlias = Literal[
    "redis_password_refused",
    "redis_permission_denied",
    "redis_writes_refused",
    "redis_unreachable",
    "redis_reconciling",
]
_ADVICE: Final = "user or password in the setting `redis` are wrong or missing"
_REFUSALS: Final[tuple[tuple[str, Reason, str], ...]] = (
    (": WRONGPASS", "redis_password_refused", _ADVICE),
    (": NOAUTH", "redis_password_refused", _ADVICE),
    (": NOPERM", "redis_permission_denied", "the user in the setting `redis` lacks rights"),
)
"""How a text about trouble ends, by the code of the error."""


def worded(trouble: str) -> str:
    """Say what to do about a refusal that no waiting mends."""
    for ending, _, advice in _REFUSALS:
        if trouble.endswith(ending):
            return f"{trouble} ({advice})"
    return trouble


def reason_of(trouble: str, otherwise: Reason) -> Reason:
    """Return the word for a text about trouble."""
    return next((reason for ending, reason, _ in _REFUSALS if trouble.endswith(ending)), otherwise)
