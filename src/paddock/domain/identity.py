"""Identity of commands: under which key a room remembers that a command was applied. Pure; it remembers nothing itself.

A client makes its ids by itself, so two clients may come to the same one, by accident or on purpose. The key therefore
says whose command it was as well: a repeat is the same id from the same player with the same kind of command, and
nobody can use up the ids of others.
"""

from __future__ import annotations

from paddock.domain import commands as c
from paddock.domain.ids import CommandId, CommandKey


def command_key(command: c.PersonalCommand, command_id: CommandId) -> CommandKey:
    """Return the key that a command of this id is remembered under in its room.

    Somebody who comes in has no player id yet, and a repeat of the same command gets another one: the hash of the seat
    token names them.
    """
    match command:
        case c.JoinRoom() | c.ReopenRoom():
            sender = command.keys.token
        case _:
            sender = command.player
    return CommandKey(f"{sender}:{type(command).__name__}:{command_id}")
