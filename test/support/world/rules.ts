import { type Name, parseUserName } from "../../../src/domain/names.ts";
import type { RoomPeople } from "../../../src/chat/rooms/room.ts";
import type { RoomFacts } from "../../../src/domain/permissions.ts";
import type { Actor, UserRef } from "../../../src/domain/principal.ts";
import { type Ban, NO_RIGHTS, type Rights } from "../../../src/domain/rights.ts";

/** The kind of a room. */
export type Kind = "public" | "private" | "lobby";

export const NOW = 1_795_000_000_000_000;
export const OWNER = 1;
export const OPERATOR = 3;
export const HEIR = 4;
/** In the room, and no more than that. */
export const BYSTANDER = 9;
/** Online, and not in the room. */
export const GUEST = 10;
/** Banned from the room. */
export const OUTCAST = 11;

/** Of a room where nobody is. */
export const NOBODY: RoomPeople = { isIn: () => false, isAbandoned: () => true };

export function nameOf(id: number): Name {
  const name = parseUserName(`user${id}`);
  if (!name) throw new Error("no name");
  return name;
}

export function userOf(id: number, name = nameOf(id)): UserRef {
  return { id, name };
}

export function aSession(id: number, name = nameOf(id), network: string | null = null): Actor {
  return { who: { id, name, kind: "guest" }, nameStatus: "held", session: id, network };
}

/** What the rules need to know of a room, in the test's hands. */
export interface TestRoom extends RoomFacts {
  isDestroyed: boolean;
  rights: Rights;
  seq: number;
  readonly members: Set<number>;
}

/** A room of the owner, with the bystander in it, and where the outcast is banned. */
export function aRoom(kind: Kind, rights: Partial<Rights> = {}): TestRoom {
  const maker = kind === "lobby" ? null : OWNER;
  const members = new Set([BYSTANDER]);
  return {
    isDestroyed: false,
    application: null,
    isPrivate: kind === "private",
    isLobby: kind === "lobby",
    rights: { ...NO_RIGHTS, owner: maker, maker, bans: [banOn(OUTCAST)], ...rights },
    seq: 3,
    members,
    get isAbandoned() {
      return members.size === 0;
    },
    get owner() {
      return this.rights.owner;
    },
    has: (id) => members.has(id),
    hasActor: ({ who }) => members.has(who.id),
  };
}

export function banOn(id: number, untilMicros: number | null = null, network: string | null = null): Ban {
  const { key, shown } = nameOf(id);
  return { id, key, name: shown, untilMicros, by: "user1", network, reason: "" };
}
