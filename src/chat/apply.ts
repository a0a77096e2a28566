import { type Change, decodeChange, type Expulsion } from "../domain/change.ts";
import { type Entry, movesRights } from "../domain/entry.ts";
import type { RoomEvent, RoomLabel, SessionEvent } from "../domain/events.ts";
import { OPERATOR_ID, type UserRef } from "../domain/principal.ts";
import { rightsAfter } from "../domain/rights.ts";
import type { Context } from "./context.ts";
import { dropMembers, dropRoom, removeMember } from "./rooms/membership.ts";
import { giveAway, own } from "./rooms/ownership.ts";
import type { Room } from "./rooms/room.ts";
import type { Session } from "./sessions/session.ts";
import type { Sessions } from "./sessions/sessions.ts";

/** What is needed to apply an entry of a room. */
export type ApplyParts = Pick<
  Context,
  | "clock"
  | "fanOut"
  | "listings"
  | "pipeline"
  | "presence"
  | "recent"
  | "rooms"
  | "sessions"
  | "state"
  | "subscriptions"
  | "telemetry"
>;

/** Names in the audit log of the changes that somebody may have to account for. */
const auditedAs: Partial<Record<Change["kind"], string>> = {
  topic: "set-topic",
  owner: "own",
  invited: "invite",
  kicked: "kick",
  banned: "ban",
  unbanned: "unban",
  operator: "op",
  noOperator: "deop",
  edited: "edit",
  removal: "remove",
  destroyed: "destroy",
};

/** Applies a stored entry of a room here, and tells whom it concerns. Only this and `Room.update` write rights. */
export function applyEntry(parts: ApplyParts, room: Room, entry: Entry): void {
  const change = decodeChange(entry);
  if (movesRights(entry.kind)) room.rightsVersion += 1;
  if (!change) return;
  if (movesRights(entry.kind)) room.rights = rightsAfter(room.rights, change, entry.author);
  applyChange(parts, room, entry, change);
  audit(parts, room, entry, change);
}

function applyChange(parts: ApplyParts, room: Room, entry: Entry, change: Change): void {
  switch (change.kind) {
    case "topic":
      room.topic = change.text;
      return parts.fanOut.tell(
        room,
        { type: "topic", room: room.label, by: memberIn(entry), text: change.text },
        authorOf(parts, room, entry),
      );
    case "owner":
      return changeOwner(parts, room, entry, change.user);
    case "destroyed":
      return destroy(parts, room, entry);
    case "kicked":
    case "banned":
      return expel(parts, room, entry, change);
    case "unbanned":
      return parts.fanOut.tell(
        room,
        { type: "unbanned", room: room.label, user: change.user.name.shown, by: memberIn(entry) },
        authorOf(parts, room, entry),
      );
    case "operator":
    case "noOperator": {
      const type = change.kind === "noOperator" ? "no-operator" : change.kind;
      const event = { type, room: room.label, user: change.user.name.shown, by: entry.author } as const;
      return parts.fanOut.tell(room, event, authorOf(parts, room, entry));
    }
    case "edited":
      parts.recent.change(room, change.ref, change.text);
      return parts.fanOut.tell(
        room,
        { type: "changed", room: room.label, by: entry.author, seq: change.ref, text: change.text },
        authorOf(parts, room, entry),
      );
    case "removal":
      parts.recent.change(room, change.ref, null);
      return parts.fanOut.tell(
        room,
        { type: "removed", room: room.label, by: entry.author, seq: change.ref },
        authorOf(parts, room, entry),
      );
    case "said":
    case "act":
    case "tracked":
    case "removed":
    case "invited":
    case "created":
    case "forgotten":
    case "roomMade":
    case "roomEnded":
    case "broadcast":
    case "expelled":
    case "bansChanged":
    case "applicationChanged":
    case "applicationEnded":
      // Messages go out as such, and nobody is told of the others.
      return;
  }
}

/** Takes out of the room whom the entry has kicked or banned, and tells everybody. */
export function expel(parts: ApplyParts, room: Room, entry: Entry, change: Expulsion): void {
  const { user } = change;
  const session = memberOf(parts.sessions, room, user.id);
  // Also noted when they have left already: they may come back.
  for (const one of parts.sessions.of(user.id)) one.wasPutOut(room, entry.atMicros);
  if (session) removeMember(parts, session, room);
  else if (room.has(user.id)) room.putOut.add(user.id);
  const told = eventsOf(change, room.label, entry.author);
  parts.fanOut.tell(room, told.others, authorOf(parts, room, entry));
  if (!session) return;
  session.outlet.tell(told.own);
  dropRoom(session, room, { isOwnWish: false });
}

/** What whoever is taken out of a room is told, and what the others are. */
function eventsOf(
  change: Expulsion,
  room: RoomLabel,
  by: string,
): { readonly own: SessionEvent; readonly others: RoomEvent } {
  const user = change.user.name.shown;
  if (change.kind === "kicked") {
    return { own: { type: "you-were-kicked", room, by }, others: { type: "kicked", room, user, by } };
  }
  const { untilMicros, reason } = change;
  return {
    own: { type: "you-were-banned", room, by, untilMicros, reason },
    others: { type: "banned", room, user, by, reason },
  };
}

function changeOwner(parts: ApplyParts, room: Room, entry: Entry, user: UserRef | null): void {
  room.trustOwner();
  if (!user) return;
  const owner = memberOf(parts.sessions, room, user.id);
  if (owner) own(room, owner);
  parts.fanOut.tell(room, {
    type: "owner",
    room: room.label,
    user: user.name.shown,
    isByOperator: isByOperator(entry),
  });
  // The node that gave them the room did not know yet that they had left.
  if (!owner && parts.sessions.of(user.id).length > 0) giveAway(parts, room);
}

function destroy(parts: ApplyParts, room: Room, entry: Entry): void {
  room.isDestroyed = true;
  parts.rooms.remove(room);
  parts.recent.forget(room);
  const event = { type: "destroyed", room: room.label, isByOperator: isByOperator(entry) } as const;
  parts.fanOut.tell(room, event, authorOf(parts, room, entry));
  dropMembers(parts, room, entry.authorId);
}

/** Whether the server's operator did it. People are not told by which account of the machine. */
function isByOperator({ authorId }: Entry): boolean {
  return authorId === OPERATOR_ID;
}

/** Returns the name of the member who did it; null: the server's operator did. */
function memberIn(entry: Entry): string | null {
  return isByOperator(entry) ? null : entry.author;
}

/** Returns the session by which a principal is in the room at this node; null: none. */
export function memberOf(sessions: Sessions, room: Room, principal: number | null): Session | null {
  return sessions.of(principal).find((session) => room.members.has(session)) ?? null;
}

/** Returns the author's session, which is not told: it has an answer of its own. */
function authorOf({ sessions }: Pick<Context, "sessions">, room: Room, { authorId }: Entry): Session | null {
  return memberOf(sessions, room, authorId);
}

/** Writes to the audit log; in a cluster once, at the author's node. What the operator did is written where it is asked. */
function audit({ sessions, telemetry }: ApplyParts, room: Room, { author, authorId }: Entry, change: Change): void {
  const act = auditedAs[change.kind];
  if (act === undefined || sessions.of(authorId).length === 0) return;
  const subject = "user" in change ? (change.user?.name.shown ?? null) : null;
  telemetry.acted({ act, by: author, room: room.name.shown, subject });
}
