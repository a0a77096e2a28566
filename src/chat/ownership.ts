import type { Chat } from "./chat.ts";
import { kinds } from "./entry.ts";
import { ChatError } from "./errors.ts";
import type { Somebody } from "./ports.ts";
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
  void (async () => {
    await forgetGoneOwner(chat, room);
    if (chat.refusalOf(session, "own", room)) return;
    await chat.perform(room, { session, action: "own", kind: kinds.owner, body: subjectBody(session) });
    // They may have left while it was stored.
    if (room.rights.owner === session.id && !room.members.has(session)) passOn(chat, room);
  })().catch(() => {});
}

/** The owner's node may have died without anybody to pass on the room. */
async function forgetGoneOwner(chat: Chat, room: Room): Promise<void> {
  const { owner } = room.rights;
  if (owner === null || !chat.store.isShared || chat.sessionsById.has(owner)) return;
  const gone = await chat.presence.goneOf([owner]);
  if (gone.includes(owner) && room.rights.owner === owner) room.rights = { ...room.rights, owner: null };
}

/**
 * A room whose owner is gone goes to the longest-present member; with nobody there a public one waits for the next to
 * join, and a private one ends.
 */
export function passOn(chat: Chat, room: Room): void {
  // True at once: what a guest held ended with the session.
  room.rights = { ...room.rights, owner: null };
  const [first = null] = room.members;
  const heir = chat.presence.eldestIn(room.id, first);
  const deed =
    heir || !room.isPrivate
      ? ({ action: "own", kind: kinds.owner, body: subjectBody(heir) } as const)
      : ({ action: "destroy", kind: kinds.destroyed, body: "" } as const);
  chat.perform(room, { session: null, ...deed }).then(
    () => {
      // They may have left while it was stored.
      if (heir && room.rights.owner === heir.id && !isIn(chat, room, heir)) passOn(chat, room);
    },
    (error: unknown) => {
      // A room that ended meanwhile needs no owner, and one that has another does not, either.
      const hasOwner = error instanceof ChatError && error.code === "not-owner";
      if (!room.isDestroyed && !hasOwner) chat.watch.failed(`pass on room ${room.id}`, error);
    },
  );
}

function isIn(chat: Chat, room: Room, { id, name }: Somebody): boolean {
  const session = chat.sessionsById.get(id);
  if (session) return room.members.has(session);
  const person = chat.presence.find(name.key);
  return person?.id === id && person.rooms.has(room.id);
}
