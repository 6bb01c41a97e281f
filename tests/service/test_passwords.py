"""Passwords: a room that does not exist takes the same work to refuse as a wrong password."""

from __future__ import annotations

from argon2 import extract_parameters

from paddock.service import passwords as passwords_module
from paddock.service.passwords import Passwords


async def test_a_right_password_is_right_and_every_other_wrong() -> None:
    passwords = Passwords()
    kept = await passwords.hash("espresso")
    assert await passwords.check(kept, "espresso")
    assert not await passwords.check(kept, "latte")
    assert not await passwords.check(None, "espresso")
    assert not await passwords.check("damaged", "espresso")


async def test_no_room_is_checked_at_the_cost_of_a_real_one() -> None:
    """The stand-in has to be a hash that is really computed, with the parameters of those that are kept."""
    kept = await Passwords().hash("espresso")
    assert extract_parameters(passwords_module._NOBODYS) == extract_parameters(kept)
