import type { RefusalCode } from "./refusals.ts";
import { banOn, bansInForce, MAX_BANS, MAX_OPERATORS } from "./rights.ts";
import type { Room } from "../chat/rooms/room.ts";
import type { Session } from "../chat/sessions/session.ts";

/** What is done to a room as a whole. */
type RoomAction = "see" | "join" | "read" | "say" | "set-topic" | "invite" | "own" | "unban" | "destroy";
/** What is done to somebody in it. */
type PersonAction = "kick" | "ban" | "op" | "deop";
export type Action = RoomAction | PersonAction;

/**
 * The one place that decides who may do what in a room. Null means yes; else the refusal, which says no more about a
 * private room than that it is not there.
 *
 * @param actor null is the server itself, which may do anything to a room that exists but take it from its owner
 * @param at microseconds since 1970
 * @param subject the session to whom it is done; 0: nobody who is here
 */
export function refusalOf(
  actor: Session | null,
  action: Action,
  room: Room,
  at: number,
  subject = 0,
): RefusalCode | null {
  if (room.isDestroyed) return "no-such-room";
  // What is nobody's is given away by the server; meanwhile somebody may have got it.
  if (actor === null) return action === "own" && room.rights.owner !== null ? "not-owner" : null;
  const { owner, maker, operators, invited } = room.rights;
  const isOwner = owner === actor.id;
  const isMember = room.members.has(actor);
  // Every line that is said is asked about: what most of them are comes first.
  if (action === "say" && isMember) return null;
  const isKeeper = isOwner || operators.includes(actor.id);
  const isKnown = isKeeper || isMember || invited.includes(actor.id);
  if (room.isPrivate && !isKnown) return "no-such-room";
  switch (action) {
    case "see":
      return null;
    case "join":
    case "read":
      return !isOwner && banOn(room.rights, actor.id, actor.name.key, at) ? "banned" : null;
    case "say":
      return "not-in-room";
    case "set-topic":
    case "unban":
      return !isMember ? "not-in-room" : isKeeper ? null : "not-operator";
    case "invite":
      if (!isMember) return "not-in-room";
      return isOwner && room.isPrivate ? null : "invite-not-private";
    case "own":
      return isMember && owner === null && !room.isLobby ? null : "not-owner";
    case "kick":
    case "ban":
    case "op":
    case "deop":
      if (!isMember) return "not-in-room";
      if (!isKeeper) return "not-operator";
      return personRefusal(action, isOwner, subject, room, at);
    case "destroy":
      if (!isOwner) return "not-destroyable";
      // What others said is not for somebody to end who came to own the room.
      return owner === maker || room.seq === 0 ? null : "not-maker";
  }
}

/** Nobody does anything to the owner, and to an operator only the owner does. */
function personRefusal(
  action: PersonAction,
  byOwner: boolean,
  subject: number,
  { rights }: Room,
  at: number,
): RefusalCode | null {
  const { owner, operators } = rights;
  if (subject === owner && owner !== null) return "owner-stays";
  if (action !== "op" && operators.includes(subject) && !byOwner) return "not-owner";
  if (action === "op" && operators.length >= MAX_OPERATORS) return "too-many-operators";
  return action === "ban" && bansInForce(rights, at).length >= MAX_BANS ? "too-many-bans" : null;
}
