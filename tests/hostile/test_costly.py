"""Attackers who make the server work: hashes, searches, handshakes, connections that are never used.

What broke: passwords were hashed for attackers who had long gone (216 seconds of processor time for 80 KB), with 64 MB
for each; searches of many addresses ran side by side; and every refusal was a line in the log.
"""

from __future__ import annotations

import pytest
from tests.hostile.conftest import Stage

ATTACKS = {
    "passwords": "password_changes,wrong_passwords=10",
    "codes": "scan_by_resume=7,scan_by_reopen=7,scan_by_rest=7",
    "searches": "rest_searches=20,watch_lobby=10",
    "handshakes": "reconnects=10,upgrades=10",
    "connections": "idle_connections=400,slow_headers=100",
    "memory": "never_reading=10,attachment_bombs=10",
    "requests": "pipelined=5,many_addresses=5,rebinding=5,cross_site_posts=5",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nobody_notices_what_attackers_cost(one_process: Stage, attack: str) -> None:
    one_process.nobody_notices(ATTACKS[attack])
