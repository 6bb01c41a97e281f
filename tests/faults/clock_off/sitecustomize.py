"""Makes this machine's clock wrong for one process: `CLOCK_OFF` names a file with the seconds it is ahead.

Python imports this by itself when its folder is on PYTHONPATH. Only the wall clock is moved, as `date -s` would; the
monotonic clock is as it was, and no setting of the product knows of this.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_FILE = Path(os.environ["CLOCK_OFF"])
_time_ns = time.time_ns


def _wrong_ns() -> int:
    return _time_ns() + int(_FILE.read_text()) * 1_000_000_000


time.time_ns = _wrong_ns
time.time = lambda: _wrong_ns() / 1e9
