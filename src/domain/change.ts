import { endOfBan, NEVER_MICROS } from "./duration.ts";
import { type Entry, type Kind, kinds } from "./entry.ts";
import { parseUserName } from "./names.ts";
import type { UserRef } from "./principal.ts";

/** What an entry says, by its kind. */
export type Change =
  | { readonly kind: "said" | "act" | "tracked" | "topic" | "broadcast"; readonly text: string }
  | { readonly kind: "created" | "forgotten" | "destroyed" | "bansChanged" | "removed" }
  /** `ref`: the number of a message, which has this text now, or is removed. */
  | { readonly kind: "edited"; readonly ref: number; readonly text: string }
  | { readonly kind: "removal"; readonly ref: number }
  /** `user` null: nobody owns the room any more. */
  | { readonly kind: "owner"; readonly user: UserRef | null }
  | UserChange
  | { readonly kind: "roomMade" | "roomEnded"; readonly room: number }
  | { readonly kind: "applicationChanged" | "applicationEnded"; readonly application: number }
  | { readonly kind: "expelled"; readonly session: number; readonly reason: string };

/** What is done to somebody in a room. */
export type UserChange =
  { readonly kind: "invited" | "unbanned" | "operator" | "noOperator"; readonly user: UserRef } | Expulsion;

/** Somebody is taken out of a room. */
export type Expulsion = { readonly kind: "kicked"; readonly user: UserRef } | NewBan;

export interface NewBan {
  readonly kind: "banned";
  readonly user: UserRef;
  /** When the ban ends, in microseconds since 1970; null: it does not. */
  readonly untilMicros: number | null;
  /** The IPv4 address or IPv6 network from which newcomers are kept out, too; null: the ban is on the user alone. */
  readonly network: string | null;
  /** Empty: none was given. */
  readonly reason: string;
}

/** A change as it is stored. */
export interface StoredChange {
  readonly kind: Kind;
  readonly body: string;
  readonly ref: number | null;
}

type Stored = Pick<Entry, "kind" | "body"> & Partial<Pick<Entry, "ref">>;

const nameOfKind: ReadonlyMap<number, Change["kind"]> = new Map(
  Object.entries(kinds).map(([name, number]) => [number, name as Change["kind"]]),
);

export function encodeChange(change: Change): StoredChange {
  return { kind: kinds[change.kind], body: bodyOf(change), ref: "ref" in change ? change.ref : null };
}

/** Returns what an entry says; null: a later version of chatd wrote it, or its body cannot be read. */
export function decodeChange({ kind: number, body, ref = null }: Stored): Change | null {
  const kind = nameOfKind.get(number);
  switch (kind) {
    case undefined:
      return null;
    case "said":
    case "act":
    case "tracked":
    case "topic":
    case "broadcast":
      return { kind, text: body };
    case "created":
    case "forgotten":
    case "destroyed":
    case "bansChanged":
    case "removed":
      return { kind };
    case "edited":
      // Its text goes when the message is changed again.
      return ref === null || body === "" ? null : { kind, ref, text: body };
    case "removal":
      return ref === null ? null : { kind, ref };
    case "owner":
      return { kind, user: decodeUser(body) };
    case "invited":
    case "kicked":
    case "unbanned":
    case "operator":
    case "noOperator":
      return withUser(body, (user) => ({ kind, user }));
    case "banned":
      return withUser(body, decodeBan);
    case "roomMade":
    case "roomEnded": {
      const room = wholeNumber(body);
      return room === null ? null : { kind, room };
    }
    case "applicationChanged":
    case "applicationEnded": {
      const application = wholeNumber(body);
      return application === null ? null : { kind, application };
    }
    case "expelled": {
      const space = body.indexOf(" ");
      const session = wholeNumber(body.slice(0, Math.max(space, 0)));
      return session === null ? null : { kind, session, reason: body.slice(space + 1) };
    }
  }
}

function bodyOf(change: Change): string {
  switch (change.kind) {
    case "said":
    case "act":
    case "tracked":
    case "topic":
    case "broadcast":
    case "edited":
      return change.text;
    case "created":
    case "forgotten":
    case "destroyed":
    case "bansChanged":
    case "removed":
    case "removal":
      return "";
    case "owner":
      return change.user ? encodeUser(change.user) : "";
    case "invited":
    case "kicked":
    case "unbanned":
    case "operator":
    case "noOperator":
      return encodeUser(change.user);
    case "banned":
      return encodeBan(change);
    case "roomMade":
    case "roomEnded":
      return String(change.room);
    case "applicationChanged":
    case "applicationEnded":
      return String(change.application);
    case "expelled":
      return `${change.session} ${change.reason}`;
  }
}

/** `ID NAME`: names have no spaces. */
function encodeUser({ id, name }: UserRef): string {
  return `${id} ${name.shown}`;
}

function decodeUser(body: string): UserRef | null {
  const [id = "", shown = ""] = body.split(" ");
  const [number, name] = [wholeNumber(id), parseUserName(shown)];
  return number === null ? null : name && { id: number, name };
}

/** Stands for a ban's network where there is none and a reason follows. */
const NO_NETWORK = "-";

/** `ID NAME END NETWORK REASON`, of which the last words may be missing. Versions before read no further than the end. */
function encodeBan({ user, untilMicros, network, reason }: NewBan): string {
  const words = [encodeUser(user), String(untilMicros ?? NEVER_MICROS), network ?? NO_NETWORK, reason];
  const used = reason !== "" ? 4 : network !== null ? 3 : untilMicros !== null ? 2 : 1;
  return words.slice(0, used).join(" ");
}

/** @param words those behind the user's id and name */
function decodeBan(user: UserRef, [until, network = NO_NETWORK, ...reason]: readonly string[]): NewBan | null {
  const storedMicros = until === undefined ? null : wholeNumber(until);
  if (until !== undefined && storedMicros === null) return null;
  return {
    kind: "banned",
    user,
    untilMicros: endOfBan(storedMicros),
    network: network === NO_NETWORK ? null : network,
    reason: reason.join(" "),
  };
}

function wholeNumber(text: string): number | null {
  return /^\d{1,16}$/.test(text) ? Number(text) : null;
}

/** @param make is given the words behind the user's id and name */
function withUser(body: string, make: (user: UserRef, others: readonly string[]) => Change | null): Change | null {
  const user = decodeUser(body);
  return user && make(user, body.split(" ").slice(2));
}
