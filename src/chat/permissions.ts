import type { RefusalCode } from "../protocol/texts.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";

export type Action = "see" | "join" | "read" | "say" | "set-topic" | "invite" | "own" | "destroy";

/**
 * The one place that decides who may do what in a room. `actor` null is the server itself, which may do anything to a
 * room that exists. Null means yes; else the refusal, which says no more about a private room than that it is not there.
 */
export function refusalOf(actor: Session | null, action: Action, room: Room): RefusalCode | null {
  if (room.isDestroyed) return "no-such-room";
  if (actor === null) return null;
  const isOwner = room.owner === actor.id;
  const isMember = room.members.has(actor);
  if (room.isPrivate && !isOwner && !isMember && !room.invited.has(actor.id)) return "no-such-room";
  switch (action) {
    case "see":
    case "join":
    case "read":
      return null;
    case "say":
      return isMember ? null : "not-in-room";
    case "set-topic":
      if (!isMember) return "not-in-room";
      return isOwner ? null : "not-owner";
    case "invite":
      if (!isMember) return "not-in-room";
      return isOwner && room.isPrivate ? null : "invite-not-private";
    case "own":
      return isMember && room.owner === null && !room.isLobby ? null : "not-owner";
    case "destroy":
      return isOwner ? null : "not-destroyable";
  }
}
