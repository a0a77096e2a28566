import type { Actor, UserRef } from "./principal.ts";
import { Refusal, type RefusalCode } from "./refusals.ts";
import { banOn, banOnNetwork, bansInForce, MAX_BANS, MAX_OPERATORS, principalsIn, type Rights } from "./rights.ts";

/** What is done to a room as a whole. `rejoin`: to join it as a member whose connection broke. */
export type RoomAction =
  "see" | "join" | "rejoin" | "leave" | "read" | "say" | "set-topic" | "list-bans" | "own" | "destroy";

/** What is done to somebody in a room. */
export type UserAction = "invite" | "kick" | "ban" | "unban" | "op" | "deop" | "transfer";

/** What is done to a message. */
export type MessageAction = "edit" | "remove";

/** What is done in an application as a whole. */
export type ApplicationAction = "enter" | "list-rooms" | "make-room";

export type Action =
  | { readonly type: RoomAction }
  /** `author`: the principal that said it; null: the server did. */
  | { readonly type: MessageAction; readonly author: number | null }
  /** `user` null: the actor named nobody who is online. */
  | { readonly type: UserAction; readonly user: UserRef | null };

/** The action of every line that is said. It is shared, so that asking about a line makes no object. */
export const SAY: Action = { type: "say" };

/** What permissions depend on in an application. */
export interface ApplicationFacts {
  readonly id: number;
  /** Whether people come in without its token. */
  readonly isOpen: boolean;
  /** Whether anything may be said in it. */
  readonly isActive: boolean;
}

/** What permissions depend on in a room. */
export interface RoomFacts {
  /** Null: `main`, which everybody is in. */
  readonly application: ApplicationFacts | null;
  readonly isDestroyed: boolean;
  readonly isPrivate: boolean;
  /** Nobody ever owns the lobby. */
  readonly isLobby: boolean;
  readonly rights: Rights;
  /** The principal that owns the room by its rights, unless it has left for good; null: nobody. */
  readonly owner: number | null;
  /** Number of the last message; 0: nothing was ever said. */
  readonly seq: number;
  /** Whether nobody is in the room, at any node, and nobody may come back to it. */
  readonly isAbandoned: boolean;
  /** Whether the principal is in the room, at any node. */
  has(principal: number): boolean;
  /** As `has`, of the principal that acts. Every line asks it. */
  hasActor(actor: Actor): boolean;
}

/**
 * Returns why an actor may not do something in a room; null: they may. Asked when somebody acts, and again before the
 * store takes the entry if the rights have moved. A private room is `no-such-room` for whoever does not know it.
 */
export function refusalOf(actor: Actor, action: Action, room: RoomFacts, nowMicros: number): RefusalCode | null {
  if (room.isDestroyed) return "no-such-room";
  const { id, kind } = actor.who;
  // The server gives away only rooms that nobody owns; somebody may have become the owner meanwhile.
  if (kind === "server") return setsOwner(action) && room.owner !== null ? "not-owner" : null;
  if (kind === "operator") return operatorRefusal(action, room, nowMicros);
  if (kind === "application") return applicationRefusal(id, action, room);
  const isMember = room.hasActor(actor);
  // Decided first, because nearly every call is this one.
  if (action.type === "say" && isMember) return inactivityOf(room.application);
  const isOwner = room.owner === id;
  const isKeeper = isOwner || room.rights.operators.includes(id);
  const isKnown = isKeeper || isMember || room.rights.invited.includes(id);
  if (!isKnown && (room.isPrivate || !isOpenTo(actor, room.application))) return "no-such-room";
  switch (action.type) {
    case "see":
      return null;
    case "join":
    case "rejoin":
    case "read":
      if (!isOwner && banOn(room.rights, actor.who, nowMicros)) return "banned";
      // Many people may share an address, so it is closed to newcomers alone, and not for good where nobody is left.
      if (isKnown || action.type === "rejoin" || !banOnNetwork(room.rights, actor.network, nowMicros)) return null;
      return room.isAbandoned ? null : "address-banned";
    case "say":
      return "not-in-room";
    case "leave":
      return isMember ? null : "not-in-room";
    case "set-topic":
      if (!isMember) return "not-in-room";
      return isKeeper ? inactivityOf(room.application) : notKeeper(room);
    case "list-bans":
      return isKeeper ? null : notKeeper(room);
    case "own":
      return isMember && room.owner === null && !room.isLobby ? null : "not-owner";
    case "edit":
      if (!isMember) return "not-in-room";
      return action.author === id ? inactivityOf(room.application) : "not-author";
    case "remove":
      if (!isMember) return "not-in-room";
      return isKeeper || action.author === id ? inactivityOf(room.application) : "not-author-or-operator";
    case "destroy":
      if (!isOwner) return "not-destroyable";
      // An owner who did not make the room may not destroy what others said in it.
      return room.owner === room.rights.maker || room.seq === 0 ? null : "not-maker";
    case "transfer":
      return "not-owner";
    case "invite":
      if (!isMember) return "not-in-room";
      if (!room.isPrivate) return "invite-not-private";
      return isOwner ? inviteRefusal(action.user, room, nowMicros) : "not-owner";
    default:
      return userRefusal(action.type, action.user, { isMember, isKeeper, isOwner }, room, nowMicros);
  }
}

function notKeeper({ isLobby }: RoomFacts): RefusalCode {
  return isLobby ? "lobby-is-nobodys" : "not-operator";
}

function setsOwner({ type }: Action): boolean {
  return type === "own" || type === "transfer";
}

/** Returns why an actor may not do something in an application (null: `main`); null: they may. */
export function refusalIn(
  actor: Actor,
  action: ApplicationAction,
  application: ApplicationFacts | null,
): RefusalCode | null {
  // Whoever may not come in learns nothing of it.
  if (!isOpenTo(actor, application)) return "no-such-application";
  return action === "make-room" ? inactivityOf(application) : null;
}

/** Throws the `Refusal` if an actor may not do something in an application. */
export function checkMayIn(actor: Actor, action: ApplicationAction, application: ApplicationFacts | null): void {
  const code = refusalIn(actor, action, application);
  if (code) throw new Refusal(code);
}

function inactivityOf(application: ApplicationFacts | null): RefusalCode | null {
  return application === null || application.isActive ? null : "application-inactive";
}

function isOpenTo({ who, entered }: Actor, application: ApplicationFacts | null): boolean {
  switch (who.kind) {
    case "server":
    case "operator":
      return true;
    case "application":
      return who.id === application?.id;
    case "guest":
      return application === null || application.isOpen || entered?.has(application.id) === true;
  }
}

/** An application may do everything to its public rooms but keep order among people, and nothing elsewhere. */
function applicationRefusal(id: number, action: Action, room: RoomFacts): RefusalCode | null {
  if (room.application?.id !== id || room.isPrivate) return "no-such-room";
  switch (action.type) {
    case "see":
    case "read":
    case "destroy":
      return null;
    case "say":
    case "set-topic":
    case "remove":
      return inactivityOf(room.application);
    case "edit":
      // What people said is theirs: an application may take it away, and puts no words into their mouths.
      return action.author === id ? inactivityOf(room.application) : "not-author";
    default:
      return "not-in-room";
  }
}

/** The server's operator is in no room, and keeps order from outside. The lobby stays, and stays nobody's. */
function operatorRefusal(action: Action, room: RoomFacts, nowMicros: number): RefusalCode | null {
  switch (action.type) {
    case "see":
    case "read":
    case "say":
    case "set-topic":
    case "remove":
      return null;
    case "destroy":
      return room.isLobby ? "not-destroyable" : null;
    case "transfer":
      if (room.isLobby) return "not-owner";
      if (!action.user || !room.has(action.user.id)) return "not-there";
      return action.user.id === room.owner ? "owner-stays" : null;
    case "unban":
      return unbanRefusal(action.user, room, nowMicros);
    default:
      return "not-in-room";
  }
}

function unbanRefusal(user: UserRef | null, { rights }: RoomFacts, nowMicros: number): RefusalCode | null {
  return bansInForce(rights, nowMicros).some(({ key }) => key === user?.name.key) ? null : "not-banned";
}

/** Throws the `Refusal`, with all that it tells, if an actor may not do something with a room as a whole. */
export function checkMay(actor: Actor, type: RoomAction, room: RoomFacts, nowMicros: number): void {
  const code = refusalOf(actor, { type }, room, nowMicros);
  if (code === "banned") {
    const ban = banOn(room.rights, actor.who, nowMicros);
    throw new Refusal(code, { untilMicros: ban?.untilMicros ?? null, nowMicros, reason: ban?.reason ?? "" });
  }
  if (code === "address-banned") {
    const ban = banOnNetwork(room.rights, actor.network, nowMicros);
    throw new Refusal(code, { untilMicros: ban?.untilMicros ?? null, nowMicros });
  }
  if (code) throw new Refusal(code);
}

function inviteRefusal(user: UserRef | null, room: RoomFacts, nowMicros: number): RefusalCode | null {
  if (!user) return "no-such-user";
  if (room.rights.invited.includes(user.id) || room.has(user.id)) return "already-invited";
  return banOn(room.rights, user, nowMicros) ? "invitee-banned" : null;
}

/** Whether somebody has a private room's door open: who is not there can be put out by that being taken back. */
function mayComeIn({ id }: UserRef, { isPrivate, rights }: RoomFacts): boolean {
  return isPrivate && principalsIn(rights).includes(id);
}

interface By {
  readonly isMember: boolean;
  readonly isKeeper: boolean;
  readonly isOwner: boolean;
}

/** Nobody may act on the owner, and only the owner may act on an operator. */
function userRefusal(
  type: Exclude<UserAction, "invite" | "transfer">,
  user: UserRef | null,
  by: By,
  room: RoomFacts,
  nowMicros: number,
): RefusalCode | null {
  const { operators } = room.rights;
  // Whoever may not do it learns nothing of whom they name: perhaps that they are invited.
  if (!by.isMember) return "not-in-room";
  if (!by.isKeeper) return notKeeper(room);
  if (!user && type !== "unban") return type === "kick" || type === "op" ? "not-there" : "no-such-user";
  if (type === "op" && user && !room.has(user.id)) return "not-there";
  if (type === "kick" && user && !room.has(user.id) && !mayComeIn(user, room)) return "not-there";
  if (type === "unban") return unbanRefusal(user, room, nowMicros);
  const isOperator = user !== null && operators.includes(user.id);
  if (user?.id === room.owner && room.owner !== null) return "owner-stays";
  switch (type) {
    case "op":
      if (operators.length >= MAX_OPERATORS) return "too-many-operators";
      return isOperator ? "already-operator" : null;
    case "deop":
      if (isOperator && !by.isOwner) return "not-owner";
      return isOperator ? null : "no-operator";
    case "kick":
      return isOperator && !by.isOwner ? "not-owner" : null;
    case "ban":
      if (isOperator && !by.isOwner) return "not-owner";
      return bansInForce(room.rights, nowMicros).length >= MAX_BANS ? "too-many-bans" : null;
  }
}
