"""Plays that lean on the event loop, once more on uvloop (the other files run on the standard one)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

import pytest

from . import test_bounds as bounds
from . import test_engine_polling as polling
from . import test_engine_websocket as websocket
from . import test_handlers as handlers

uvloop = pytest.importorskip("uvloop")

PLAYS = (
    bounds.test_a_client_that_never_answers_the_close_frame_is_cut_off,
    bounds.test_a_client_that_reads_nothing_is_closed_at_its_budget_and_others_are_not,
    bounds.test_everything_is_given_back,
    bounds.test_volatile_packets_are_dropped_first,
    handlers.test_a_slow_handler_holds_up_its_own_client_only,
    handlers.test_closing_the_server_tells_clients_to_come_back_and_waits_for_handlers,
    handlers.test_handlers_of_one_socket_run_in_order_plain_ones_too,
    polling.test_a_poll_waits_until_there_is_something_to_send,
    polling.test_a_second_get_at_the_same_time_is_refused_and_closes_the_session,
    websocket.test_a_client_that_does_not_answer_a_ping_is_closed_over_websocket,
    websocket.test_a_message_over_the_announced_size_closes_the_connection,
    websocket.test_an_upgrade_keeps_the_session_and_its_order,
    websocket.test_the_end_of_the_connection_ends_the_session,
)


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_on_uvloop(play: Callable[[], Coroutine[object, object, None]]) -> None:
    uvloop.run(play())
