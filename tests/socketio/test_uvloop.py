"""Plays that lean on the event loop, once more on uvloop (the other files run on the standard one)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

import pytest

from . import test_bounds as bounds
from . import test_engine_polling as polling
from . import test_engine_websocket as websocket
from . import test_handlers as handlers
from . import test_hostile as hostile
from . import test_recovery_races as races
from . import test_site as site

uvloop = pytest.importorskip("uvloop")

PLAYS = (
    bounds.test_a_client_that_never_answers_the_close_frame_is_cut_off,
    bounds.test_a_client_that_reads_nothing_is_closed_at_its_budget_and_others_are_not,
    bounds.test_everything_is_given_back,
    bounds.test_volatile_packets_are_dropped_first,
    handlers.test_a_slow_handler_holds_up_its_own_client_only,
    handlers.test_closing_the_server_tells_clients_to_come_back_and_waits_for_handlers,
    handlers.test_handlers_of_one_socket_run_in_order_plain_ones_too,
    hostile.test_a_body_in_chunks_of_one_byte_is_a_body,
    hostile.test_frames_in_single_bytes_are_put_together,
    hostile.test_pings_of_a_client_that_does_not_read_do_not_pile_up_as_pongs,
    hostile.test_the_answer_to_a_poll_that_nobody_reads_is_cut_off,
    polling.test_a_poll_waits_until_there_is_something_to_send,
    polling.test_a_second_get_at_the_same_time_is_refused_and_closes_the_session,
    races.test_a_client_that_returns_mid_upgrade_fences_itself_mid_upgrade,
    races.test_over_polling_with_a_poll_in_flight,
    site.test_a_site_that_stops_lets_those_go_who_have_not_asked,
    site.test_connections_that_say_nothing_are_closed_in_time,
    site.test_when_too_many_wait_the_one_that_waits_longest_has_to_go,
    websocket.test_a_client_that_does_not_answer_a_ping_is_closed_over_websocket,
    websocket.test_a_message_over_the_announced_size_closes_the_connection,
    websocket.test_an_upgrade_keeps_the_session_and_its_order,
    websocket.test_the_end_of_the_connection_ends_the_session,
)


@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_on_uvloop(play: Callable[[], Coroutine[object, object, None]]) -> None:
    uvloop.run(play())
