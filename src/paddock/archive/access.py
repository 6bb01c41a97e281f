"""Why a database does not answer: in a word for machines, and what its operator is to do about it in a sentence.

Neither holds anything that the other side said: its texts may name users, addresses and values.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from paddock.archive.contract import Trouble

_REFUSALS: Final[dict[str, tuple[Trouble, str]]] = {
    "28P01": (
        "password_refused",
        "PostgreSQL refuses the user or password: correct them in the setting `database`",
    ),
    "28000": (
        "user_refused",
        "PostgreSQL does not let this user in: correct the user in the setting `database`, or allow it to log in "
        "(the role, and pg_hba.conf)",
    ),
    "3D000": (
        "missing",
        "PostgreSQL has no such database: create it, or correct its name in the setting `database`",
    ),
    "42501": (
        "permission_denied",
        "PostgreSQL does not give the user of the setting `database` the rights it needs: make it the owner of the "
        "database",
    ),
}
"""By SQLSTATE; see the PostgreSQL manual, appendix A."""
_AWAY: Final = ("08", "57P")
"""How the SQLSTATE begins of a connection that broke, and of a server that ends or starts."""


def sqlstate(error: Exception) -> str | None:
    """Return the SQLSTATE of an error, if it has one."""
    original: object = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlstate", None)
    return code if isinstance(code, str) else None


def trouble_of(error: Exception) -> Trouble:
    """Return the word for an error."""
    code = sqlstate(error) or ""
    if code in _REFUSALS:
        return _REFUSALS[code][0]
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    late = isinstance(error, OSError | PoolTimeout)  # the built-in TimeoutError is an OSError
    return "unreachable" if lost or late or code.startswith(_AWAY) else "failing"


def advice_on(error: Exception) -> str | None:
    """Return what to do about an error that no waiting mends; None for every other."""
    code = sqlstate(error) or ""
    return _REFUSALS[code][1] if code in _REFUSALS else None
