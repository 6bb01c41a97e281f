"""Connections that send as fast as they can, whatever it is: they are thrown out or slowed down, and nobody waits.

What broke: one anonymous WebSocket that repeated a frame of 18 bytes was read for as long as it sent, and everybody
else waited for seconds; so with pings, pongs, empty frames, and records of one POST.
"""

from __future__ import annotations

import pytest
from bench.hostile.kinds import KINDS
from tests.hostile.conftest import Stage

FLOODS = [*(name for name, kind in KINDS.items() if kind.goal), "big_messages"]


@pytest.mark.parametrize("kind", FLOODS)
def test_nobody_notices_a_flood(one_process: Stage, kind: str) -> None:
    one_process.nobody_notices(kind)


def test_no_worker_is_taken_for_frozen(two_workers: Stage) -> None:
    two_workers.nobody_notices("unknown_event=7,ws_ping=7,post_records=7")
