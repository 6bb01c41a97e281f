"""The contract of stores on a cluster of three masters and behind Sentinel: all of its plays, as they stand."""

from __future__ import annotations

from tests.contracts.test_sessions import *  # noqa: F403
from tests.contracts.test_store import *  # noqa: F403
from tests.contracts.test_store_due import *  # noqa: F403
from tests.contracts.test_store_feed import *  # noqa: F403
from tests.contracts.test_store_log import *  # noqa: F403
from tests.contracts.test_store_races import *  # noqa: F403
