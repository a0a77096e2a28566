import type { Chat } from "../chat.ts";
import { kinds } from "../../domain/entry.ts";
import type { Room } from "./room.ts";

/** So many share a few commits, and are far from what may wait for the store. */
const AT_ONCE = 500;

/** Ends the private rooms that are nobody's and where nobody is: they ended with their owner, whose process died. */
export async function endPrivateRooms(chat: Chat): Promise<void> {
  const rooms = [...chat.rooms.all()].filter(
    (room) => room.isPrivate && room.rights.owner === null && chat.presence.countIn(room.id) === 0,
  );
  for (let next = 0; next < rooms.length; next += AT_ONCE) {
    await Promise.all(rooms.slice(next, next + AT_ONCE).map((room) => end(chat, room)));
  }
}

async function end(chat: Chat, room: Room): Promise<void> {
  try {
    await chat.perform(room, { session: null, action: "destroy", kind: kinds.destroyed, body: "" });
  } catch (error) {
    // With a store that takes nothing they stay, and nobody sees them; another node may have been first.
    if (!room.isDestroyed) chat.telemetry.storeHealth(error);
  }
}
