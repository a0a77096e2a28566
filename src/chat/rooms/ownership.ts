import { Refusal, type RefusalCode } from "../../domain/refusals.ts";
import type { Chat } from "../chat.ts";
import { kinds } from "../../domain/entry.ts";
import type { UserRef } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import { banOn } from "../../domain/rights.ts";
import type { Room } from "./room.ts";
import type { RoomsListener } from "./rooms.ts";
import type { Session } from "../sessions/session.ts";
import { subjectBody } from "../../domain/subject.ts";

/** Where the store takes nothing now, a room is passed on after this, and after ever longer pauses up to the last one. */
const FIRST_RETRY_MS = 1000;
const RETRY_FACTOR = 4;
const LONGEST_RETRY_MS = 16_000;
/** What a store that takes nothing now leads to, or one of which it is unknown whether it took something. */
const TROUBLES: ReadonlySet<string> = new Set<RefusalCode>([
  "too-much-waiting",
  "store-full",
  "store-unavailable",
  "store-unknown",
]);

/** Whoever made a room owns it, also where the answer of the store was lost, and it is known only now. */
export function followOwned({ sessionsById }: Pick<Chat, "sessionsById">): RoomsListener {
  return {
    added(room) {
      const owner = sessionsById.get(room.rights.owner ?? 0);
      if (owner) own(room, owner);
    },
    removed() {},
  };
}

/** The session owns the room from now on. */
export function own(room: Room, session: Session): void {
  room.rights = { ...room.rights, owner: session.id };
  // Those that ended meanwhile are forgotten here: making and destroying rooms grows nothing.
  session.owned = [...session.owned.filter((one) => one !== room && !one.isDestroyed), room];
}

/**
 * A room that nobody owns is owned by the next to join, unless they own as many as they may make: then it stays unowned. Of
 * two who join at once, the first in the log has it: the other's entry is judged again and dropped. Where the store takes
 * nothing now, that is tried again while they are there.
 *
 * @param retryMs the first pause, in milliseconds
 */
export function takeIfUnowned(chat: Chat, session: Session, room: Room, retryMs = FIRST_RETRY_MS): void {
  void (async () => {
    await forgetGoneOwner(chat, room, session);
    if (chat.refusalOf(session, "own", room) || !mayOwnMore(chat, session)) return;
    session.ownershipsUnderWay += 1;
    try {
      await chat.perform(room, { session, action: "own", kind: kinds.owner, body: subjectBody(session) });
    } finally {
      session.ownershipsUnderWay -= 1;
    }
    // They may have left while it was stored.
    if (room.rights.owner === session.id && !room.members.has(session)) giveAway(chat, room);
  })().catch((error: unknown) => {
    if (error instanceof StoreError) chat.telemetry.storeHealth(error);
    else if (!(error instanceof Refusal)) return chat.telemetry.failed(`own room ${room.id}`, error);
    // Else somebody has it by now.
    if (error instanceof Refusal && !TROUBLES.has(error.code)) return;
    chat.clock.after(retryMs, () => {
      if (chat.isStopped || !room.members.has(session)) return;
      takeIfUnowned(chat, session, room, Math.min(retryMs * RETRY_FACTOR, LONGEST_RETRY_MS));
    });
  });
}

function mayOwnMore({ settings: { roomsCreatedPerUser } }: Chat, { id, owned, ownershipsUnderWay }: Session): boolean {
  if (roomsCreatedPerUser === 0) return true;
  const count = owned.filter((room) => !room.isDestroyed && room.rights.owner === id).length;
  return count + ownershipsUnderWay < roomsCreatedPerUser;
}

/**
 * An owner who went while nobody was in the room, or whose node died, is still its owner in the store. Whoever is there longer
 * than the newcomer owns the room now.
 */
async function forgetGoneOwner(chat: Chat, room: Room, newcomer: Session): Promise<void> {
  const { owner } = room.rights;
  if (owner === null || !chat.store.isShared || chat.sessionsById.has(owner)) return;
  const gone = await chat.presence.goneOf([owner]);
  if (!gone.includes(owner) || room.rights.owner !== owner) return;
  if (heirOf(chat, room)?.id === newcomer.id) disown(room);
  else passOn(chat, room);
}

/**
 * A room whose owner is gone goes to the longest-present member; with nobody there a public one waits for the next to
 * join, and a private one ends. Where the store takes nothing now, that is tried again until it does.
 *
 * @param retryMs the first pause, in milliseconds
 */
export function passOn(chat: Chat, room: Room, retryMs = FIRST_RETRY_MS): void {
  if (heirOf(chat, room) || room.isPrivate) return giveAway(chat, room, retryMs);
  // That is not stored: whoever reads that the room has an owner asks whether they are gone.
  disown(room);
}

/** Also where what the store has, and says that somebody owns it who is gone, was read again meanwhile. */
function isUnowned({ isDestroyed, rights }: Room, gone: number | null): boolean {
  return !isDestroyed && (rights.owner === null || rights.owner === gone);
}

/**
 * As `passOn`, and stored also where nobody is there: the session of the owner may live on, out of the room.
 *
 * @param from whose it is by the store
 */
export function giveAway(chat: Chat, room: Room, retryMs = FIRST_RETRY_MS, from = room.rights.owner): void {
  // True at once: what a guest held ended with the session.
  disown(room);
  const heir = heirOf(chat, room);
  const deed =
    heir || !room.isPrivate
      ? ({ action: "own", kind: kinds.owner, body: subjectBody(heir) } as const)
      : ({ action: "destroy", kind: kinds.destroyed, body: "" } as const);
  chat.perform(room, { session: null, ...deed }).then(
    () => {
      // They may have left while it was stored.
      if (heir && room.rights.owner === heir.id && !isIn(chat, room, heir)) giveAway(chat, room);
    },
    (error: unknown) => {
      const code = error instanceof Refusal ? error.code : "internal";
      // A room that ended meanwhile needs no owner, and one that has another does not, either.
      if (room.isDestroyed || code === "not-owner") return;
      if (!TROUBLES.has(code)) return chat.telemetry.failed(`pass on room ${room.id}`, error);
      chat.clock.after(retryMs, () => {
        if (!isUnowned(room, from) || chat.isStopped) return;
        giveAway(chat, room, Math.min(retryMs * RETRY_FACTOR, LONGEST_RETRY_MS), from);
      });
    },
  );
}

/**
 * Passes on rooms whose owner is gone without a node having seen to it: those where somebody of this node is, and private
 * ones where nobody is any more. Rejects with a `StoreError`.
 */
export async function passOnOrphans(chat: Chat): Promise<void> {
  const rooms = [...chat.rooms.all()].filter((room) => mayBeOrphan(chat, room));
  const owners = new Set(rooms.flatMap(({ rights: { owner } }) => owner ?? []));
  const gone = new Set(await chat.presence.goneOf([...owners]));
  for (const room of rooms) {
    if (!isOwnerGone(room, gone)) continue;
    // What is known of a room that nobody here is in may be old.
    if (room.members.size === 0) await chat.subscriptions.find(room.name);
    if (mayBeOrphan(chat, room) && isOwnerGone(room, gone)) passOn(chat, room);
  }
}

/** A public room that nobody owns waits for the next to join. */
function mayBeOrphan({ presence, sessionsById }: Chat, room: Room): boolean {
  const { id, isDestroyed, isPrivate, members, rights } = room;
  if (isDestroyed || (rights.owner !== null && sessionsById.has(rights.owner))) return false;
  const isEmptyPrivate = isPrivate && members.size === 0 && presence.countIn(id) === 0;
  return isEmptyPrivate || (rights.owner !== null && members.size > 0);
}

function isOwnerGone({ rights: { owner } }: Room, gone: ReadonlySet<number>): boolean {
  return owner === null || gone.has(owner);
}

function disown(room: Room): void {
  room.rights = { ...room.rights, owner: null };
}

/** Who is there longest; of people elsewhere it may not be known yet that they were put out. */
function heirOf(chat: Chat, room: Room): UserRef | null {
  const [first = null] = room.members;
  const at = chat.clock.micros();
  const isOut = ({ id, name }: UserRef): boolean =>
    room.putOut.has(id) || banOn(room.rights, id, name.key, at) !== undefined;
  return chat.presence.eldestIn(room.id, first, isOut);
}

function isIn(chat: Chat, room: Room, { id, name }: UserRef): boolean {
  const session = chat.sessionsById.get(id);
  if (session) return room.members.has(session);
  const person = chat.presence.find(name.key);
  return person?.id === id && person.rooms.has(room.id);
}
