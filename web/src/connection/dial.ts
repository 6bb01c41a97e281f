/** Opens real connections: socket.io-client at its default options but for the room's code in the query. */
import { io } from "socket.io-client";
import type { Wire } from "./wire.js";

export function dial(room: string | null): Wire {
  return room === null ? io() : io({ query: { room } });
}
