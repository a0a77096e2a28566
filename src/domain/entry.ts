import type { Message } from "../formats/text/render.ts";
import type { Rights } from "./rights.ts";

/**
 * What an entry of a room's stream is. The numbers are stored: one that was given is never used for anything else.
 * Below 10: a message, which takes a `seq`. 20 to 29: changes who may do what, and moves the stream's `rules`. From 30
 * on: of the stream of the whole server.
 */
export const kinds = {
  said: 0,
  act: 1,
  topic: 10,
  created: 11,
  /** What the last entry of a stream becomes when it is too old to be kept: positions and numbers go on from it. */
  forgotten: 12,
  owner: 20,
  invited: 21,
  kicked: 22,
  banned: 23,
  unbanned: 24,
  operator: 25,
  noOperator: 26,
  destroyed: 29,
  /** A room was made, or has ended: its id. Only shared stores write these. */
  roomMade: 30,
  roomEnded: 31,
  /** The operator said something to everybody, or closed somebody's connection. */
  broadcast: 32,
  expelled: 33,
  /** Who may come in at all was changed. Only shared stores write this. */
  bansChanged: 34,
} as const;

/** The stream of what concerns the whole server. */
export const SERVER_STREAM = 0;

export type Kind = (typeof kinds)[keyof typeof kinds];

export function isMessage(kind: number): boolean {
  return kind < 10;
}

export function movesRights(kind: number): boolean {
  return kind >= 20 && kind < 30;
}

const ACTS: Readonly<Record<number, string>> = {
  [kinds.topic]: "set-topic",
  [kinds.owner]: "own",
  [kinds.invited]: "invite",
  [kinds.kicked]: "kick",
  [kinds.banned]: "ban",
  [kinds.unbanned]: "unban",
  [kinds.operator]: "op",
  [kinds.noOperator]: "deop",
  [kinds.destroyed]: "destroy",
};

/** What somebody did to whom an entry of this kind is due; null: nothing that has to be accounted for. */
export function actOf(kind: number): string | null {
  return ACTS[kind] ?? null;
}

/** The last entry of its stream. */
export function closesStream(kind: number): boolean {
  return kind === kinds.destroyed;
}

/** An entry on its way to the store. */
export interface Draft {
  readonly stream: number;
  /** The version of the stream's rules by which it was judged. */
  readonly rightsVersion: number;
  readonly kind: Kind;
  /** The session it comes from; null: the server itself. */
  readonly authorId: number | null;
  readonly author: string;
  readonly body: string;
  /** Of an entry that moves the rules: who may do what after it. */
  readonly rights: Rights | null;
}

/** An entry as the store keeps it. */
export interface Entry {
  readonly stream: number;
  /** Place in the stream: 1, 2, 3 … without a gap. */
  readonly pos: number;
  /** Number among the messages of the stream; of what is no message, the number of the last one before it. */
  readonly seq: number;
  /** Microseconds since 1970, never going back within a stream. */
  readonly atMicros: number;
  /** A `Kind`, or a number that a later version writes: it shows nothing. */
  readonly kind: number;
  readonly authorId: number | null;
  readonly author: string;
  readonly body: string;
}

export function messageOf(entry: Entry): Message {
  return {
    seq: entry.seq,
    atMicros: entry.atMicros,
    author: entry.author,
    body: entry.body,
    isAct: entry.kind === kinds.act,
  };
}
