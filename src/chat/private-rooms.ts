import type { Chat } from "./chat.ts";
import { kinds } from "./entry.ts";

/** Ends the private rooms that are nobody's and where nobody is: they ended with their owner, whose process died. */
export async function endPrivateRooms(chat: Chat): Promise<void> {
  const ended = [...chat.rooms.all()].filter(
    (room) => room.isPrivate && room.rights.owner === null && chat.presence.countIn(room.id) === 0,
  );
  for (const room of ended) {
    // With a store that takes nothing they stay, and nobody sees them; another node may have been first.
    await chat
      .perform(room, { session: null, action: "destroy", kind: kinds.destroyed, body: "" })
      .catch((error: unknown) => (room.isDestroyed ? null : chat.watch.storeHealth(error)));
  }
}
