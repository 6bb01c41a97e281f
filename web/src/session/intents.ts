/** What a person wants, turned into requests: one line each, so that the pages never see a message. */
import { newToken } from "../connection/random.js";
import { codeIn } from "../model/address.js";
import type { EntryForm, Intents } from "../model/intents.js";
import type { Failure, Outcome } from "../model/state.js";
import type { Session } from "./session.js";

/** Refusals the form at the door helps with: it takes a name and a password, and offers to watch. */
const FORM_HELPS: ReadonlySet<Failure> = new Set(["no_room", "bad_name", "room_full", "one_device"]);

export function intentsOf(session: Session): Intents {
  const { store, vault } = session;

  /** The room whose page is on screen, in it or before its door. */
  const roomHere = (): string | null => {
    const { screen } = store.state;
    switch (screen.at) {
      case "invite":
      case "entering":
      case "room":
      case "ended":
        return screen.room;
      default:
        return null;
    }
  };
  /** Whether the person still is where they were when they asked to come in. */
  const still = (room: string | null): boolean => roomHere() === room;
  const setName = (name: string): void => {
    vault.name = name;
    session.refreshMe();
  };

  const enter = async (form: EntryForm): Promise<Outcome> => {
    const token = vault.token(form.room) ?? newToken();
    session.approach(form.room);
    const entered = await session.ask("join_room", { ...form, token, device: vault.device() });
    if (!entered.ok) {
      // Only whoever made a room is told that it is closed, and can open it again.
      if (entered.code === "closed" && still(form.room)) session.standBeforeClosed(form.room);
      return { ok: false, code: entered.code };
    }
    if (still(form.room)) session.sitDown(token, entered.view, false);
    return { ok: true };
  };

  return {
    goHome: () => session.go({ to: "home" }),
    openRoom: (typed) => {
      const room = codeIn(typed);
      if (room !== null) session.go({ to: "room", room });
      return room !== null;
    },
    open: (address) => session.go(address),
    turn: (address) => session.turn(address),

    setName,
    setLanguage: (language) => {
      vault.language = language;
      session.refreshMe();
    },
    setTheme: (theme) => {
      vault.theme = theme;
      session.refreshMe();
    },
    forgetSeat: (room) => session.leaveBehind(room),

    createRoom: async (form) => {
      setName(form.name);
      const token = newToken();
      session.approach(null);
      const made = await session.ask("create_room", { ...form, token, device: vault.device() });
      if (!made.ok) return { ok: false, code: made.code };
      if (still(null)) session.sitDown(token, made.view, true);
      return { ok: true };
    },
    enter: async (form) => {
      setName(form.name);
      return enter(form);
    },
    resume: async () => {
      const room = roomHere();
      if (room === null) return { ok: false, code: "not_in_room" };
      const entered = await enter({ room, name: vault.name });
      if (!entered.ok && FORM_HELPS.has(entered.code) && still(room)) session.standAtDoor(room, entered.code);
      return entered;
    },
    reopen: async (): Promise<Outcome> => {
      const room = roomHere();
      if (room === null) return { ok: false, code: "not_founder" };
      const token = vault.token(room) ?? newToken();
      session.approach(room);
      const { name } = vault;
      const reopened = await session.ask("reopen_room", { room, token, device: vault.device(), name });
      if (!reopened.ok) return { ok: false, code: reopened.code };
      if (still(room)) session.sitDown(token, reopened.view, true);
      return { ok: true };
    },
    leave: async () => {
      const room = roomHere();
      const left = await session.act("leave_room", {});
      // Whoever is not in the room any more has left it too.
      if (!left.ok && left.code !== "not_in_room") return left;
      if (room !== null) session.leaveBehind(room);
      if (still(room)) session.go({ to: "home" });
      return { ok: true };
    },

    pick: (racer) => session.act("pick_racer", { racer }),
    pickForMe: () => session.act("pick_for_me", {}),
    vote: (rank) => session.act("cast_vote", { rank }),
    ready: (ready) => session.act("set_ready", { ready }),
    takeSeat: () => session.act("take_seat", {}),
    giveUpSeat: () => session.act("give_up_seat", {}),
    rename: async (name) => {
      const renamed = await session.act("rename_player", { name });
      if (renamed.ok) setName(name);
      return renamed;
    },
    say: (text) => session.act("say", { text }),

    start: () => session.act("start_race", {}),
    nextRound: () => session.act("next_round", {}),
    kick: (player) => session.act("kick", { player }),
    block: (player) => session.act("block", { player }),
    unblock: (place) => session.act("unblock", { place }),
    handOver: (player) => session.act("hand_over", { player }),
    changeSettings: (form) => session.act("change_settings", form),

    watchLobby: () => session.watchLobby(),
    unwatchLobby: () => session.unwatchLobby(),
    searchRooms: (query) => session.lookAtLobby(query),
    moreRooms: () => session.lookAtLobby(null),

    tryNow: () => session.tryNow(),
    openHere: () => {
      const room = roomHere();
      if (room !== null) session.comeBack(room);
    },
    dismissNotice: () => store.patch({ notice: null }),
  };
}
