import type { UserRef } from "../../domain/principal.ts";
import { SERVER } from "../../domain/principal.ts";
import { refusalOf } from "../../domain/permissions.ts";
import { Refusal, type RefusalCode } from "../../domain/refusals.ts";
import { banOn } from "../../domain/rights.ts";
import type { Person } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Room } from "./room.ts";
import type { RoomsListener } from "./rooms.ts";

type Parts = Pick<Context, "clock" | "pipeline" | "presence" | "sessions" | "state" | "telemetry">;

/** First pause before a room is passed on again where the store takes nothing now, and the longest one after that. */
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
export function ownedRooms(sessions: Sessions): RoomsListener {
  return {
    added(room) {
      for (const owner of sessions.of(room.owner)) own(room, owner);
    },
    removed() {},
  };
}

/** The session owns the room by its rights: it looks after it when it ends. */
export function own(room: Room, session: Session): void {
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
export function takeIfUnowned(
  parts: Parts & Pick<Context, "settings" | "store">,
  session: Session,
  room: Room,
  retryMs = FIRST_RETRY_MS,
): void {
  const { clock, pipeline, state, telemetry } = parts;
  void (async () => {
    await forgetGoneOwner(parts, room, session);
    const action = { type: "own" } as const;
    if (refusalOf(session, action, room, clock.micros()) || !mayOwnMore(parts, session)) return;
    session.ownershipsUnderWay += 1;
    try {
      await pipeline.perform(room, { actor: session, action, change: { kind: "owner", user: session.who } });
    } finally {
      session.ownershipsUnderWay -= 1;
    }
    // They may have left while it was stored.
    if (room.owner === session.who.id && !room.members.has(session)) giveAway(parts, room);
  })().catch((error: unknown) => {
    if (error instanceof StoreError) telemetry.storeHealth(error);
    else if (!(error instanceof Refusal)) return telemetry.failed(`own room ${room.id}`, error);
    // Else somebody has it by now.
    if (error instanceof Refusal && !TROUBLES.has(error.code)) return;
    clock.after(retryMs, () => {
      if (state.isStopped || !room.members.has(session)) return;
      takeIfUnowned(parts, session, room, Math.min(retryMs * RETRY_FACTOR, LONGEST_RETRY_MS));
    });
  });
}

function mayOwnMore(
  { settings: { roomsCreatedPerUser } }: Pick<Context, "settings">,
  { who, owned, ownershipsUnderWay }: Session,
): boolean {
  if (roomsCreatedPerUser === 0) return true;
  const count = owned.filter((room) => !room.isDestroyed && room.owner === who.id).length;
  return count + ownershipsUnderWay < roomsCreatedPerUser;
}

/**
 * An owner who went while nobody was in the room, or whose node died, is still its owner in the store. Whoever is there longer
 * than the newcomer owns the room now.
 */
async function forgetGoneOwner(parts: Parts & Pick<Context, "store">, room: Room, newcomer: Session): Promise<void> {
  const { owner } = room;
  const { presence, sessions, store } = parts;
  if (owner === null || !store.isShared || sessions.of(owner).length > 0) return;
  const gone = await presence.goneOf([owner]);
  if (!gone.includes(owner) || room.owner !== owner) return;
  if (heirOf(parts, room)?.id === newcomer.who.id) room.ownerIsGone();
  else passOn(parts, room);
}

/**
 * A room whose owner is gone goes to the longest-present member; with nobody there a public one waits for the next to
 * join, and a private one ends. Where the store takes nothing now, that is tried again.
 *
 * @param retryMs the first pause, in milliseconds
 */
export function passOn(parts: Parts, room: Room, retryMs = FIRST_RETRY_MS): void {
  if (heirOf(parts, room) || room.isPrivate) return giveAway(parts, room, retryMs);
  // That is not stored: whoever reads that the room has an owner asks whether they are gone.
  room.ownerIsGone();
}

/**
 * As `passOn`, and stored also where nobody is there: the session of the owner may live on, out of the room.
 *
 * @param from whose it is by the store
 */
export function giveAway(parts: Parts, room: Room, retryMs = FIRST_RETRY_MS, from = room.rights.owner): void {
  const { clock, pipeline, state, telemetry } = parts;
  room.ownerIsGone();
  const heir = heirOf(parts, room);
  const change = heir || !room.isPrivate ? ({ kind: "owner", user: heir } as const) : ({ kind: "destroyed" } as const);
  const action = { type: change.kind === "owner" ? "own" : "destroy" } as const;
  pipeline.perform(room, { actor: SERVER, action, change }).then(
    () => {
      // They may have left while it was stored.
      if (heir && room.owner === heir.id && !room.has(heir.id)) giveAway(parts, room);
    },
    (error: unknown) => {
      const code = error instanceof Refusal ? error.code : "internal";
      // A room that ended meanwhile needs no owner, and one that has another does not, either.
      if (room.isDestroyed || code === "not-owner") return;
      if (!TROUBLES.has(code)) return telemetry.failed(`pass on room ${room.id}`, error);
      clock.after(retryMs, () => {
        if (!isUnowned(room, from) || state.isStopped) return;
        giveAway(parts, room, Math.min(retryMs * RETRY_FACTOR, LONGEST_RETRY_MS), from);
      });
    },
  );
}

/** Also where what the store has, and says that somebody owns it who is gone, was read again meanwhile. */
function isUnowned({ isDestroyed, owner }: Room, gone: number | null): boolean {
  return !isDestroyed && (owner === null || owner === gone);
}

/**
 * Passes on rooms whose owner is gone without a node having seen to it: those where somebody of this node is, and private
 * ones where nobody is any more. Rejects with a `StoreError`.
 */
export async function passOnOrphans(parts: Parts & Pick<Context, "rooms" | "subscriptions">): Promise<void> {
  const rooms = [...parts.rooms.all()].filter((room) => mayBeOrphan(parts, room));
  const owners = new Set(rooms.flatMap(({ owner }) => owner ?? []));
  const gone = new Set(await parts.presence.goneOf([...owners]));
  for (const room of rooms) {
    if (!isOwnerGone(room, gone)) continue;
    // What is known of a room that nobody here is in may be old.
    if (room.members.size === 0) await parts.subscriptions.find(room.name);
    if (mayBeOrphan(parts, room) && isOwnerGone(room, gone)) passOn(parts, room);
  }
}

/** A public room that nobody owns waits for the next to join. */
function mayBeOrphan({ presence, sessions }: Parts, room: Room): boolean {
  const { id, isDestroyed, isPrivate, members, owner } = room;
  if (isDestroyed || sessions.of(owner).length > 0) return false;
  const isEmptyPrivate = isPrivate && presence.countIn(id) === 0;
  return isEmptyPrivate || (owner !== null && members.size > 0);
}

function isOwnerGone({ owner }: Room, gone: ReadonlySet<number>): boolean {
  return owner === null || gone.has(owner);
}

/** The person who is in the room longest; of people elsewhere it may not be known yet that they were put out. */
function heirOf({ clock, presence }: Parts, room: Room): UserRef | null {
  const nowMicros = clock.micros();
  const isOut = (person: Person): boolean =>
    person.node !== null && (room.putOut.has(person.id) || banOn(room.rights, person, nowMicros) !== undefined);
  return presence.eldestIn(room.id, isOut);
}
