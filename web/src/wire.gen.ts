// Made by `make generate` from src/paddock/gateway: do not edit.

/** Make a room and sit down in it as its host. */
export interface CreateRoom {
  readonly id: string;
  readonly token: string;
  readonly device: string;
  readonly name: string;
  readonly title?: string;
  readonly listing?: Listing;
  readonly password?: string;
  readonly rule?: Rule;
  readonly track?: number;
}

/** Whether the room list shows a room. */
export type Listing = "public" | "unlisted";

/** Who pays: the last racer's pickers, the first one's, or those of a rank drawn by the players' votes. */
export type Rule = "last" | "first" | "vote";

/** Come into a room, or back to one's seat: with the token of a seat neither password nor capacity matter. */
export interface JoinRoom {
  readonly id: string;
  readonly room: string;
  readonly token: string;
  readonly device: string;
  readonly name: string;
  readonly password?: string;
  readonly seated?: boolean;
}

/** Come back to one's seat after a reload or a lost connection; refused with `not_in_room` if it has been released. */
export interface ResumeRoom {
  readonly id: string;
  readonly room: string;
  readonly token: string;
  readonly version?: number | null;
}

/** The founder opens an expired room again under its old code. */
export interface ReopenRoom {
  readonly id: string;
  readonly room: string;
  readonly token: string;
  readonly device: string;
  readonly name: string;
}

/** Give the seat up and go. */
export interface LeaveRoom {
  readonly id: string;
}

/** Pick a racer in secret (its index in the lineup, from 0); the same racer again takes the pick back. */
export interface PickRacer {
  readonly id: string;
  readonly racer: number;
}

/** Let the dice pick, hidden even from oneself; once more takes the pick back. */
export interface PickForMe {
  readonly id: string;
}

/** Vote for the rank that pays, from 1; null takes the vote back. */
export interface CastVote {
  readonly id: string;
  readonly rank: number | null;
}

/** Take part in the next race, or sit it out. */
export interface SetReady {
  readonly id: string;
  readonly ready: boolean;
}

/** Sit down, as a spectator. */
export interface TakeSeat {
  readonly id: string;
}

/** Watch from now on. */
export interface GiveUpSeat {
  readonly id: string;
}

/** Take another name. */
export interface RenamePlayer {
  readonly id: string;
  readonly name: string;
}

/** Say something; `@name` mentions a member. */
export interface Say {
  readonly id: string;
  readonly text: string;
}

/** Lock the picks and start; ready players without a pick get one by lot. */
export interface StartRace {
  readonly id: string;
}

/** End the podium and gather again. */
export interface NextRound {
  readonly id: string;
}

/** Send somebody out for this round. */
export interface Kick {
  readonly id: string;
  readonly player: string;
}

/** Send somebody out for good. */
export interface Block {
  readonly id: string;
  readonly player: string;
}

/** Let somebody in again, by their place in the list of the blocked. */
export interface Unblock {
  readonly id: string;
  readonly place: number;
}

/** Give the crown to another seated player. */
export interface HandOver {
  readonly id: string;
  readonly player: string;
}

/** Change the room: what is left out stays as it is; an empty password removes it. */
export interface ChangeSettings {
  readonly id: string;
  readonly title?: string;
  readonly rules?: string;
  readonly rule?: Rule;
  readonly track?: number;
  readonly racers?: number;
  readonly capacity?: number;
  readonly pick_seconds?: number;
  readonly life_h?: number;
  readonly listing?: Listing;
  readonly one_device?: boolean;
  readonly locked?: boolean;
  readonly password?: string;
}

/** Ask for the server's time, to draw the race on the same clock. */
export interface SyncClock {
  readonly id: string;
}

/** Ask for the entries after a version, when one is missing. */
export interface CatchUp {
  readonly id: string;
  readonly version: number;
}

/** Look at a page of the room list and get its changes from now on, until the next look; ends with joining a room. */
export interface WatchLobby {
  readonly id: string;
  readonly query?: string;
  readonly after?: string | null;
  readonly limit?: number;
}

/** Look at the room list no longer. */
export interface UnwatchLobby {
  readonly id: string;
}

/** Every acknowledgement of a command that was carried out. */
export interface Reply {
  readonly ok: true;
}

/** The acknowledgement of a command that was not carried out; `retry` says whether sending it again may help. */
export interface Refused {
  readonly code: Refusal;
  readonly retry: boolean;
  readonly detail: string;
  readonly ok: false;
}

/** Why a command was not carried out; the sender alone is told. */
export type Refusal = "malformed" | "unknown_message" | "too_many" | "busy" | "degraded" | "timeout" | "internal" | "no_room" | "closed" | "not_in_room" | "room_full" | "no_space_to_watch" | "locked" | "blocked" | "kicked" | "one_device" | "bad_name" | "bad_text" | "bad_setting" | "not_host" | "no_such_player" | "not_yourself" | "not_seated" | "race_under_way" | "not_over" | "no_such_racer" | "no_such_rank" | "no_vote" | "too_few" | "nothing_owed" | "server_full" | "not_founder";

/** In the room: everything there is to see. */
export interface Entered {
  readonly ok: true;
  readonly view: View;
}

/** All there is to see for one player: after joining, and whenever missed entries cannot be told one by one. */
export interface View {
  readonly room: RoomView;
  readonly own: OwnView;
  readonly chat: readonly ChatMessage[];
  readonly history: readonly RaceSummary[];
  readonly now: number;
}

/** A room as everybody in it sees it, at one version; `members` stands in order of joining. */
export interface RoomView {
  readonly room: string;
  readonly version: number;
  readonly settings: Settings;
  readonly private: boolean;
  readonly host: string | null;
  readonly host_grace_ms: number;
  readonly members: readonly MemberView[];
  readonly blocked: readonly string[];
  readonly rounds: number;
  readonly phase: GatheringView | DrawingView | CountdownView | RunOffView | RacingView | PodiumView | ClosedView;
}

/** What the host decides; every member sees it. The password is not here: only its hash is kept, in the room. */
export interface Settings {
  readonly title: string;
  readonly rules: string;
  readonly rule: Rule;
  readonly track: number;
  readonly racers: number;
  readonly capacity: number;
  readonly pick_seconds: number;
  readonly life_h: number;
  readonly listing: Listing;
  readonly one_device: boolean;
  readonly locked: boolean;
}

/** A member as everybody sees them; `away_since` is None while they are connected. */
export interface MemberView {
  readonly player: string;
  readonly name: string;
  readonly seated: boolean;
  readonly ready: boolean;
  readonly away_since: number | null;
}

/** Picking: who has a pick, never which; how many vote for each rank, never who. */
export interface GatheringView {
  readonly type: "gathering";
  readonly race: string;
  readonly commitment: string;
  readonly lineup: readonly string[];
  readonly picked: readonly string[];
  readonly votes: readonly number[];
  readonly deadline: number | null;
}

/** Picks are locked and still secret; the paying rank is being shown, by a roulette until `rests_at`. */
export interface DrawingView {
  readonly type: "drawing";
  readonly race: string;
  readonly commitment: string;
  readonly lineup: readonly string[];
  readonly picked: readonly string[];
  readonly draw: Draw;
  readonly starts_at: number;
  readonly rests_at: number;
  readonly ends_at: number;
}

/** Which rank pays, as settled before the countdown. */
export interface Draw {
  readonly rule: Rule;
  readonly votes: readonly number[];
  readonly distinct: number;
  readonly rank: number;
}

/** Everybody's picks are open. */
export interface CountdownView {
  readonly type: "countdown";
  readonly card: Card;
  readonly commitment: string;
  readonly names: Readonly<Record<string, string>>;
  readonly ends_at: number;
}

/** One heat: the track in metres, racer kinds by lane, and who picked which racer (an index into `lineup`, from 0). */
export interface Card {
  readonly race: string;
  readonly track: number;
  readonly lineup: readonly string[];
  readonly picks: readonly (readonly [string, number])[];
  readonly draw: Draw;
  readonly runoff: number;
}

/** The payers have been dealt racers and race again. */
export interface RunOffView {
  readonly type: "runoff";
  readonly card: Card;
  readonly commitment: string;
  readonly names: Readonly<Record<string, string>>;
  readonly ends_at: number;
}

/** The race is on; its segments come in `segments` messages, at most 1.5 s ahead, and its end is not told. */
export interface RacingView {
  readonly type: "racing";
  readonly card: Card;
  readonly commitment: string;
  readonly names: Readonly<Record<string, string>>;
  readonly starts_at: number;
}

/** The result stands; with several payers a run-off follows at `ends_at`. */
export interface PodiumView {
  readonly type: "podium";
  readonly result: ResultView;
  readonly ends_at: number;
}

/** The outcome of a heat with everything that fixes it but the book: `finish[i]` in ms, None at the gate. */
export interface ResultView {
  readonly card: Card;
  readonly names: Readonly<Record<string, string>>;
  readonly starts_at: number;
  readonly finish: readonly (number | null)[];
  readonly order: readonly (readonly number[])[];
  readonly payers: readonly string[];
  readonly seed: string;
  readonly commitment: string;
}

/** Nobody can enter any more. */
export interface ClosedView {
  readonly type: "closed";
  readonly reason: ClosedReason;
}

/** Why a room is closed. */
export type ClosedReason = "expired" | "empty";

/** What only the player themselves sees: `pick` is None without a pick and for a blind one. */
export interface OwnView {
  readonly player: string;
  readonly pick: number | null;
  readonly blind: boolean;
  readonly vote: number | null;
}

/** One line of chat; `version` is the room version it led to and serves as its id within the room. */
export interface ChatMessage {
  readonly version: number;
  readonly player: string;
  readonly name: string;
  readonly text: string;
  readonly mentions: readonly string[];
  readonly at: number;
}

/** One line of a room's history: the racer kinds by rank, the names of those who paid, and when. */
export interface RaceSummary {
  readonly race: string;
  readonly at: number;
  readonly winners: readonly string[];
  readonly payers: readonly string[];
  readonly final: boolean;
}

/** Back in the room: either the entries after the version the client holds, or a fresh view. */
export interface Resumed {
  readonly ok: true;
  readonly entries: readonly EntryView[] | null;
  readonly view: View | null;
  readonly now: number;
}

/** An entry as one audience sees it; `own` is there only on the way to the player it belongs to. */
export interface EntryView {
  readonly version: number;
  readonly at: number;
  readonly events: readonly (MemberJoinedView | MemberLeftView | MemberWentAwayView | MemberCameBackView | MemberRenamedView | SeatTakenView | SeatGivenUpView | ReadyChangedView | CrownPassedView | MemberBlockedView | MemberUnblockedView | SettingsChangedView | RoundOpenedView | LineupChangedView | PlayerPickedView | PickTakenBackView | VotesChangedView | PickDeadlineSetView | DrawStartedView | RoundCalledOffView | CountdownStartedView | RaceStartedView | RaceFinishedView | RunOffOpenedView | RoomClosedView | RoomReopenedView | SaidView | ClockSteppedView)[];
  readonly own?: readonly (OwnPickView | OwnVoteView)[];
}

/** Somebody came in. */
export interface MemberJoinedView {
  readonly type: "member_joined";
  readonly member: MemberView;
}

/** Somebody is gone. */
export interface MemberLeftView {
  readonly type: "member_left";
  readonly player: string;
  readonly reason: LeftReason;
}

/** Why a member is gone. */
export type LeftReason = "left" | "away" | "kicked" | "blocked";

/** Somebody lost their connection at the entry's time; the seat is held. */
export interface MemberWentAwayView {
  readonly type: "member_went_away";
  readonly player: string;
}

/** Somebody is connected again. */
export interface MemberCameBackView {
  readonly type: "member_came_back";
  readonly player: string;
}

/** Somebody has another name. */
export interface MemberRenamedView {
  readonly type: "member_renamed";
  readonly player: string;
  readonly name: string;
}

/** A spectator sat down and is ready; their place in the order of members stays. */
export interface SeatTakenView {
  readonly type: "seat_taken";
  readonly player: string;
}

/** A player watches from now on. */
export interface SeatGivenUpView {
  readonly type: "seat_given_up";
  readonly player: string;
}

/** A player takes part, or sits out. */
export interface ReadyChangedView {
  readonly type: "ready_changed";
  readonly player: string;
  readonly ready: boolean;
}

/** Another player is host. */
export interface CrownPassedView {
  readonly type: "crown_passed";
  readonly player: string | null;
}

/** A name was added to the list of those who stay out. */
export interface MemberBlockedView {
  readonly type: "member_blocked";
  readonly name: string;
}

/** A name was taken off the list of those who stay out. */
export interface MemberUnblockedView {
  readonly type: "member_unblocked";
  readonly place: number;
}

/** The room has other settings; while gathering, all votes (one's own too) are gone unless the rule is `vote`. */
export interface SettingsChangedView {
  readonly type: "settings_changed";
  readonly settings: Settings;
  readonly private: boolean;
}

/** A new round: racers at the gate, commitment shown, no picks, no votes, no deadline; `rounds` goes up by one. */
export interface RoundOpenedView {
  readonly type: "round_opened";
  readonly race: string;
  readonly commitment: string;
  readonly lineup: readonly string[];
}

/** Other racers stand at the gate; all picks and votes, one's own too, are gone. */
export interface LineupChangedView {
  readonly type: "lineup_changed";
  readonly lineup: readonly string[];
}

/** A player has a pick; never which. */
export interface PlayerPickedView {
  readonly type: "player_picked";
  readonly player: string;
}

/** A player has no pick any more. */
export interface PickTakenBackView {
  readonly type: "pick_taken_back";
  readonly player: string;
}

/** So many votes stand for each rank now; never whose. */
export interface VotesChangedView {
  readonly type: "votes_changed";
  readonly votes: readonly number[];
}

/** Picks lock at this moment; None lifts it. */
export interface PickDeadlineSetView {
  readonly type: "pick_deadline_set";
  readonly at: number | null;
}

/** Picks are locked, `picked` are those who race, and the paying rank is being shown. */
export interface DrawStartedView {
  readonly type: "draw_started";
  readonly picked: readonly string[];
  readonly draw: Draw;
  readonly starts_at: number;
  readonly rests_at: number;
  readonly ends_at: number;
}

/** Back to picking with the same racers and commitment; standing picks stay, all votes and the deadline are gone. */
export interface RoundCalledOffView {
  readonly type: "round_called_off";
  readonly reason: CalledOffReason;
}

/** Why a started round went back to picking. */
export type CalledOffReason = "too_few";

/** Everybody's picks are open. */
export interface CountdownStartedView {
  readonly type: "countdown_started";
  readonly card: Card;
  readonly names: Readonly<Record<string, string>>;
  readonly ends_at: number;
}

/** The race of the open card runs from `starts_at`; when it ends is not told. */
export interface RaceStartedView {
  readonly type: "race_started";
  readonly starts_at: number;
}

/** The result, with the seed. */
export interface RaceFinishedView {
  readonly type: "race_finished";
  readonly result: ResultView;
  readonly ends_at: number;
}

/** The payers were dealt racers and race again. */
export interface RunOffOpenedView {
  readonly type: "runoff_opened";
  readonly card: Card;
  readonly commitment: string;
  readonly names: Readonly<Record<string, string>>;
  readonly ends_at: number;
}

/** Nobody can enter any more; there are no members and no host. */
export interface RoomClosedView {
  readonly type: "room_closed";
  readonly reason: ClosedReason;
}

/** The room is open again. */
export interface RoomReopenedView {
  readonly type: "room_reopened";
}

/** Somebody said something. */
export interface SaidView {
  readonly type: "said";
  readonly message: ChatMessage;
}

/** The server's clock was set by `by_ms`: every moment of the room moves along, and the time is to be asked anew. */
export interface ClockSteppedView {
  readonly type: "clock_stepped";
  readonly by_ms: number;
}

/** The picker's own pick: `pick` is None when there is none or it is blind. */
export interface OwnPickView {
  readonly type: "own_pick";
  readonly pick: number | null;
  readonly blind: boolean;
}

/** The voter's own vote. */
export interface OwnVoteView {
  readonly type: "own_vote";
  readonly vote: number | null;
}

/** The server's time in ms. */
export interface ClockSynced {
  readonly ok: true;
  readonly now: number;
}

/** The entries after the version asked for, or a fresh view when the log no longer reaches back. */
export interface CaughtUp {
  readonly ok: true;
  readonly entries: readonly EntryView[] | null;
  readonly view: View | null;
}

/** A page of the room list at a version; what changes on it follows as `lobby_changed` with the same `look`. */
export interface LobbyShown {
  readonly ok: true;
  readonly look: number;
  readonly version: number;
  readonly rooms: readonly RoomSummary[];
  readonly total: number;
  readonly next: string | null;
}

/** One line of the room list. */
export interface RoomSummary {
  readonly room: string;
  readonly title: string;
  readonly host: string;
  readonly seated: number;
  readonly capacity: number;
  readonly watching: number;
  readonly phase: string;
  readonly rule: Rule;
  readonly private: boolean;
  readonly locked: boolean;
  readonly opened_at: number;
}

/** Events of the room with the version they led to; a client that sees a hole asks to catch up. */
export interface EntryMessage {
  readonly version: number;
  readonly at: number;
  readonly events: readonly (MemberJoinedView | MemberLeftView | MemberWentAwayView | MemberCameBackView | MemberRenamedView | SeatTakenView | SeatGivenUpView | ReadyChangedView | CrownPassedView | MemberBlockedView | MemberUnblockedView | SettingsChangedView | RoundOpenedView | LineupChangedView | PlayerPickedView | PickTakenBackView | VotesChangedView | PickDeadlineSetView | DrawStartedView | RoundCalledOffView | CountdownStartedView | RaceStartedView | RaceFinishedView | RunOffOpenedView | RoomClosedView | RoomReopenedView | SaidView | ClockSteppedView)[];
  readonly own?: readonly (OwnPickView | OwnVoteView)[];
}

/** Pieces of the running race, at most 1.5 s ahead of the playing position. */
export interface SegmentsMessage {
  readonly race: string;
  readonly since: number;
  readonly until: number;
  readonly pieces: readonly number[];
}

/** The page of a look changed from `version` - 1 to `version`: what is new or other on it, and what is off it now. */
export interface LobbyChangedMessage {
  readonly look: number;
  readonly version: number;
  readonly changed: readonly RoomSummary[];
  readonly gone: readonly string[];
  readonly total: number;
  readonly next: string | null;
}

/** The same seat was opened in another tab or device, which has it now; this connection ends. */
export interface MovedMessage {}

/** The player is out of the room: `kicked`, `blocked`, `closed`, or `away` for longer than the grace. */
export interface ExpelledMessage {
  readonly reason: "away" | "blocked" | "closed" | "kicked";
}

/** The server stops; come back after `retry_ms`. */
export interface ClosingMessage {
  readonly retry_ms: number;
}

/** The server is out of touch with the others and goes on by itself (also told on connecting), or no longer. */
export interface DegradedMessage {
  readonly on: boolean;
}

/** Finished races wait to be recorded for ever, longer than usual (also told on connecting), or no longer. */
export interface DelayedMessage {
  readonly on: boolean;
}

/** One finished race as everybody may see it; `names` are for display only, `rule` is the one of the round. */
export interface RaceRecord {
  readonly schema: 1;
  readonly room: string;
  readonly rule: Rule;
  readonly card: Card;
  readonly book: Book;
  readonly seed: string;
  readonly commitment: string;
  readonly starts_at: number;
  readonly finish: readonly (number | null)[];
  readonly order: readonly (readonly number[])[];
  readonly payers: readonly string[];
  readonly names: Readonly<Record<string, string>>;
}

/** All settings of a race. */
export interface Book {
  readonly schema: 1;
  readonly tracks: readonly Track[];
  readonly pace_ms: number;
  readonly pace: readonly [number, number];
  readonly window: readonly [number, number];
  readonly gap: number;
  readonly gimmicks: readonly Gimmick[];
  readonly comeback: Comeback;
  readonly weathers: readonly Weather[];
  readonly limit_ms: number;
  readonly stable: readonly string[];
}

/** A length in metres, the span of base speeds (mm/s) and how many gimmicks a racer meets. */
export interface Track {
  readonly metres: number;
  readonly base: readonly [number, number];
  readonly gimmicks: readonly [number, number];
}

/** Something that befalls a racer at a place on the track; a category never comes twice running. */
export interface Gimmick {
  readonly name: string;
  readonly category: string;
  readonly weight: number;
  readonly phases: readonly Phase[];
}

/** One part of a gimmick: its look, its length (ms) and its speed as a per mille of the base speed. */
export interface Phase {
  readonly mood: Mood;
  readonly ms: readonly [number, number];
  readonly factor: readonly [number, number];
}

/** What to draw. The order of the members is the wire code: append only. */
export type Mood = "run" | "stop" | "slow" | "sprint" | "slip" | "wobble" | "obstacle" | "boost" | "trap" | "turn" | "bolt" | "rocket" | "ice" | "charge" | "transform" | "fakeout" | "finished" | "out";

/** The last racer's chance when the leader has run `at` of the track: to transform, or else to pretend to. */
export interface Comeback {
  readonly at: number;
  readonly transform: number;
  readonly fakeout: number;
  readonly transformed: readonly Phase[];
  readonly pretended: readonly Phase[];
}

/** A weather that scales every racer's base speed alike (per mille). */
export interface Weather {
  readonly name: string;
  readonly weight: number;
  readonly factor: number;
}

/** What a client may send, by event name, and how it is acknowledged when it was carried out. */
export interface Requests {
  create_room: { message: CreateRoom; reply: Entered };
  join_room: { message: JoinRoom; reply: Entered };
  resume_room: { message: ResumeRoom; reply: Resumed };
  reopen_room: { message: ReopenRoom; reply: Entered };
  leave_room: { message: LeaveRoom; reply: Reply };
  pick_racer: { message: PickRacer; reply: Reply };
  pick_for_me: { message: PickForMe; reply: Reply };
  cast_vote: { message: CastVote; reply: Reply };
  set_ready: { message: SetReady; reply: Reply };
  take_seat: { message: TakeSeat; reply: Reply };
  give_up_seat: { message: GiveUpSeat; reply: Reply };
  rename_player: { message: RenamePlayer; reply: Reply };
  say: { message: Say; reply: Reply };
  start_race: { message: StartRace; reply: Reply };
  next_round: { message: NextRound; reply: Reply };
  kick: { message: Kick; reply: Reply };
  block: { message: Block; reply: Reply };
  unblock: { message: Unblock; reply: Reply };
  hand_over: { message: HandOver; reply: Reply };
  change_settings: { message: ChangeSettings; reply: Reply };
  sync_clock: { message: SyncClock; reply: ClockSynced };
  catch_up: { message: CatchUp; reply: CaughtUp };
  watch_lobby: { message: WatchLobby; reply: LobbyShown };
  unwatch_lobby: { message: UnwatchLobby; reply: Reply };
}

/** What the server sends, by event name. */
export interface Pushes {
  entry: EntryMessage;
  segments: SegmentsMessage;
  lobby_changed: LobbyChangedMessage;
  moved: MovedMessage;
  expelled: ExpelledMessage;
  closing: ClosingMessage;
  degraded: DegradedMessage;
  delayed: DelayedMessage;
}

export const CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
export const SEGMENTS_AHEAD_MS = 1500;
export const REFUSALS_WORTH_RETRYING: readonly Refusal[] = ["too_many", "busy", "degraded", "timeout"];
