"""What becomes of a command: `decide(room, command, now)` gives the events it leads to, or the reason why not.

This is the whole of the game's judgement in one place: who may ask for what is settled here, and each answer stands in
the module of its noun (`membership`, `picking`, `heats`, `hosting`, `talking`). Pure: the same room, command and time
always give the same answer. An empty tuple means that nothing has to change.
"""

from __future__ import annotations

from typing import assert_never

from paddock.domain import clock_steps, heats, hosting, membership, picking, talking
from paddock.domain import commands as c
from paddock.domain.events import Event
from paddock.domain.ids import Millis
from paddock.domain.refusals import Refusal
from paddock.domain.room import Closed, Room

Decision = tuple[Event, ...] | Refusal

_HOSTS_ONLY = (c.StartRace, c.NextRound, c.Kick, c.Block, c.Unblock, c.HandOver, c.ChangeSettings)


def decide(room: Room, command: c.Command, now: Millis) -> Decision:
    """Decide a command at the moment `now` (store time): the events to commit, or a refusal."""
    match command:
        case c.JoinRoom():
            return membership.join(room, command, now)
        case c.ReopenRoom():
            return hosting.reopen(room, command, now)
        case (
            c.CallPicks()
            | c.StartCountdown()
            | c.RunRace()
            | c.FinishRace()
            | c.OpenRunOff()
            | c.OpenRound()
            | c.ReleaseSeat()
            | c.PassCrown()
            | c.CloseRoom()
            | c.FollowClock()
        ):
            return _decide_owed(room, command, now)
        case _:
            if isinstance(room.phase, Closed):
                return Refusal.CLOSED
            if command.player not in room.members:
                return Refusal.NOT_IN_ROOM
            if isinstance(command, _HOSTS_ONLY) and room.host != command.player:
                return Refusal.NOT_HOST
            return _decide_asked(room, command, now)


def _decide_owed(room: Room, command: c.ScheduledCommand, now: Millis) -> Decision:
    match command:
        case c.CallPicks():
            return picking.call(room, command, now)
        case c.StartCountdown():
            return heats.start_countdown(room, command, now)
        case c.RunRace():
            return heats.run_race(room, command, now)
        case c.FinishRace():
            return heats.finish_race(room, command, now)
        case c.OpenRunOff():
            return heats.open_runoff(room, command, now)
        case c.OpenRound():
            return heats.open_round(room, command, now)
        case c.ReleaseSeat():
            return membership.release(room, command, now)
        case c.PassCrown():
            return membership.pass_crown(room, command, now)
        case c.CloseRoom():
            return hosting.close(room, command, now)
        case c.FollowClock():
            return clock_steps.follow(room, command)
        case _:
            assert_never(command)


def _decide_asked(
    room: Room,
    command: c.LeaveRoom
    | c.GoAway
    | c.ComeBack
    | c.HoldSeat
    | c.RenamePlayer
    | c.TakeSeat
    | c.GiveUpSeat
    | c.SetReady
    | c.PickRacer
    | c.PickForMe
    | c.CastVote
    | c.Say
    | c.StartRace
    | c.NextRound
    | c.Kick
    | c.Block
    | c.Unblock
    | c.HandOver
    | c.ChangeSettings,
    now: Millis,
) -> Decision:
    match command:
        case c.LeaveRoom():
            return membership.leave(room, command, now)
        case c.GoAway():
            return membership.go_away(room, command, now)
        case c.ComeBack():
            return membership.come_back(room, command, now)
        case c.HoldSeat():
            return membership.hold_seat(room, command, now)
        case c.RenamePlayer():
            return membership.rename(room, command, now)
        case c.TakeSeat():
            return membership.take_seat(room, command, now)
        case c.GiveUpSeat():
            return membership.give_up_seat(room, command, now)
        case c.SetReady():
            return picking.set_ready(room, command, now)
        case c.PickRacer():
            return picking.pick(room, command, now)
        case c.PickForMe():
            return picking.pick_for_me(room, command, now)
        case c.CastVote():
            return picking.vote(room, command, now)
        case c.Say():
            return talking.say(room, command, now)
        case c.StartRace():
            return picking.start(room, command, now)
        case c.NextRound():
            return heats.next_round(room, command, now)
        case c.Kick():
            return membership.kick(room, command, now)
        case c.Block():
            return membership.block(room, command, now)
        case c.Unblock():
            return membership.unblock(room, command, now)
        case c.HandOver():
            return membership.hand_over(room, command, now)
        case c.ChangeSettings():
            return hosting.change_settings(room, command, now)
        case _:
            assert_never(command)
