import { SERVER, type UserRef } from "../../domain/principal.ts";
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

/** What is needed to give a room an owner. */
export type OwnershipParts = Pick<Context, "clock" | "pipeline" | "presence" | "sessions" | "state" | "telemetry">;

/** First and longest pause before passing on a room is tried again, because the store takes nothing now. */
const FIRST_RETRY_MS = 1000;
const RETRY_FACTOR = 4;
const LONGEST_RETRY_MS = 16_000;
/** Refusals because the store takes nothing now, or because it is unknown whether it took something. */
const TROUBLES: ReadonlySet<string> = new Set<RefusalCode>([
  "too-much-waiting",
  "store-full",
  "store-unavailable",
  "store-unknown",
]);

/** Returns a listener that notes who owns each room, also if the store's answer to the room's maker was lost. */
export function ownedRooms(sessions: Sessions): RoomsListener {
  return {
    added(room) {
      for (const owner of sessions.of(room.owner)) own(room, owner);
    },
    removed() {},
  };
}

/** Notes that a session owns a room by its rights, so that the room is passed on when the session ends. */
export function own(room: Room, session: Session): void {
  // Rooms that have ended are forgotten here, so that the list does not grow with every room that was ever owned.
  session.owned = [...session.owned.filter((one) => one !== room && !one.isDestroyed), room];
}

/**
 * Makes the session the owner of a room that nobody owns, unless it owns as many as it may make. Of two who join at
 * once, the first in the log gets it. While the store takes nothing, this is tried again after `retryMs`.
 */
export function takeIfUnowned(
  parts: OwnershipParts & Pick<Context, "settings" | "store">,
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
    // After other refusals the room has an owner, or has ended.
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

/** Deals with an owner in the store who is gone: somebody who has been there longer than the newcomer gets the room. */
async function forgetGoneOwner(
  parts: OwnershipParts & Pick<Context, "store">,
  room: Room,
  newcomer: Session,
): Promise<void> {
  const { owner } = room;
  const { presence, sessions, store } = parts;
  if (owner === null || !store.isShared || isApplications(room) || sessions.of(owner).length > 0) return;
  const gone = await presence.goneOf([owner]);
  if (!gone.includes(owner) || room.owner !== owner) return;
  if (heirOf(parts, room)?.id === newcomer.who.id) room.ownerIsGone();
  else passOn(parts, room);
}

/** Passes a room on to the heir. With nobody there, a public room waits, and a private one ends. */
export function passOn(parts: OwnershipParts, room: Room, retryMs = FIRST_RETRY_MS): void {
  if (heirOf(parts, room) || room.isPrivate) return giveAway(parts, room, retryMs);
  // This is not stored: a node that reads the owner from the store asks whether they are gone.
  room.ownerIsGone();
}

/** As `passOn`, but stored even if nobody is there: the owner may still be online. `from`: the owner in the store. */
export function giveAway(parts: OwnershipParts, room: Room, retryMs = FIRST_RETRY_MS, from = room.rights.owner): void {
  const { clock, pipeline, state, telemetry } = parts;
  room.ownerIsGone();
  const heir = heirOf(parts, room);
  const change = heir || !room.isPrivate ? ({ kind: "owner", user: heir } as const) : ({ kind: "destroyed" } as const);
  const action = { type: change.kind === "owner" ? "own" : "destroy" } as const;
  pipeline.perform(room, { actor: SERVER, action, change }).then(
    () => {
      // They may have left while it was stored.
      if (heir && room.owner === heir.id && !room.has(heir.id) && !parts.presence.isAway(heir.id))
        giveAway(parts, room);
    },
    (error: unknown) => {
      const code = error instanceof Refusal ? error.code : "internal";
      // A room that has ended, or has another owner by now, needs none.
      if (room.isDestroyed || code === "not-owner") return;
      if (!TROUBLES.has(code)) return telemetry.failed(`pass on room ${room.id}`, error);
      clock.after(retryMs, () => {
        if (!isUnowned(room, from) || state.isStopped) return;
        giveAway(parts, room, Math.min(retryMs * RETRY_FACTOR, LONGEST_RETRY_MS), from);
      });
    },
  );
}

/** Whether a room needs an owner. If its record was read again meanwhile, that still names the owner who is gone. */
function isUnowned({ isDestroyed, owner }: Room, gone: number | null): boolean {
  return !isDestroyed && (owner === null || owner === gone);
}

/** Passes on rooms whose owner is gone: those with members here, and empty private ones. Rejects with `StoreError`. */
export async function passOnOrphans(parts: OwnershipParts & Pick<Context, "rooms" | "subscriptions">): Promise<void> {
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

/** Whether the room's application owns it: then it does so as long as it lasts. */
function isApplications({ application, owner }: Room): boolean {
  return application !== null && owner === application.id;
}

/** Whether a room may have to be passed on. A public room that nobody owns waits for the next to join. */
function mayBeOrphan({ presence, sessions }: OwnershipParts, room: Room): boolean {
  const { id, isDestroyed, isPrivate, members, owner } = room;
  if (isDestroyed || isApplications(room) || sessions.of(owner).length > 0) return false;
  const isEmptyPrivate = isPrivate && presence.countIn(id) === 0;
  return isEmptyPrivate || (owner !== null && members.size > 0);
}

function isOwnerGone({ owner }: Room, gone: ReadonlySet<number>): boolean {
  return owner === null || gone.has(owner);
}

/**
 * Returns who is to own the room: of the operators in it the one who has been there longest, else of all people in it, without
 * those at other nodes who were put out; in a private room where nobody is, somebody who may come back. Null: nobody.
 */
function heirOf({ clock, presence }: OwnershipParts, room: Room): UserRef | null {
  const nowMicros = clock.micros();
  const operators = new Set(room.rights.operators);
  const isOut = (person: Person): boolean =>
    person.node !== null && (room.putOut.has(person.id) || banOn(room.rights, person, nowMicros) !== undefined);
  const isNoOperator = (person: Person): boolean => !operators.has(person.id) || isOut(person);
  const operator = operators.size > 0 ? presence.eldestIn(room.id, isNoOperator) : null;
  return operator ?? presence.eldestIn(room.id, isOut) ?? (room.isPrivate ? presence.awayFrom(room.id) : null);
}
