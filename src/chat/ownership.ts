import type { Chat } from "./chat.ts";
import { kinds } from "./entry.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";
import { subjectBody } from "./subject.ts";

/** The session owns the room from now on. */
export function own(room: Room, session: Session): void {
  room.rights = { ...room.rights, owner: session.id };
  // Those that ended meanwhile are forgotten here: making and destroying rooms grows nothing.
  session.owned = [...session.owned.filter((one) => !one.isDestroyed), room];
}

/**
 * A public room that nobody owns is owned by the next to join. Of two who join at once, the first in the log has it: the
 * other's entry is judged again and dropped. With a store that takes nothing, it stays unowned.
 */
export function takeIfUnowned(chat: Chat, session: Session, room: Room): void {
  if (chat.refusalOf(session, "own", room)) return;
  chat.perform(room, { session, action: "own", kind: kinds.owner, body: subjectBody(session) }).catch(() => {});
}

/**
 * A room whose owner is gone goes to the longest-present member; with nobody there a public one waits for the next to
 * join, and a private one ends.
 */
export function passOn(chat: Chat, room: Room): void {
  // True at once: what a guest held ended with the session.
  room.rights = { ...room.rights, owner: null };
  const [heir] = room.members;
  const deed =
    heir || !room.isPrivate
      ? ({ action: "own", kind: kinds.owner, body: subjectBody(heir ?? null) } as const)
      : ({ action: "destroy", kind: kinds.destroyed, body: "" } as const);
  chat.perform(room, { session: null, ...deed }).catch((error: unknown) => {
    // A room that ended meanwhile needs no owner.
    if (!room.isDestroyed) chat.watch.failed(`pass on room ${room.id}`, error);
  });
}
