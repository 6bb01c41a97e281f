"""What rooms are made of is not looked at by the garbage collector, which held up the loop for half a second."""

from __future__ import annotations

import gc
import inspect
from types import ModuleType

import pytest
from msgspec import Struct
from tests.stores.builders import entry, room

from paddock.domain import card, chat, events, finished, record
from paddock.domain import room as rooms

MODULES = (card, chat, events, finished, record, rooms)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_its_types_say_that_they_are_in_no_cycle(module: ModuleType) -> None:
    kinds = [
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Struct) and kind.__module__ == module.__name__
    ]

    assert kinds
    assert [kind.__name__ for kind in kinds if kind.__struct_config__.gc] == []


def test_a_room_and_its_log_are_not_tracked() -> None:
    kept = (room(1, members=8), [entry(number) for number in range(1, 50)])

    assert not gc.is_tracked(kept[0])
    assert not any(gc.is_tracked(one) for one in kept[1])
