"""What the process asks of the operating system before thousands of clients come.

Never lowers a limit and never fails: a system that says no keeps the limit it has.
"""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource


def raise_open_files(wanted: int) -> int:
    """Raise the soft limit of open files towards `wanted`, up to the hard limit; return the limit that holds now."""
    if sys.platform == "win32":
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    target = wanted if hard == unlimited else min(wanted, hard)
    if soft != unlimited and soft < target:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        except (OSError, ValueError):
            return soft
        return target
    return soft
