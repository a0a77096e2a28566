/**
 * Kinds of entries. The numbers are stored, so their meaning never changes. Below 10: messages, which have a `seq`; 20
 * to 29: changes of rights, which raise the stream's rights version; from 30 on: the server's stream.
 */
export const kinds = {
  said: 0,
  /** `/me` */
  act: 1,
  /** An event of a program: the body is JSON in one line. */
  tracked: 3,
  /** What a message becomes that was removed: its number stays, without author and text. */
  removed: 9,
  topic: 10,
  created: 11,
  /** What the last entry of a stream becomes when it is too old to keep, so that positions and numbers go on. */
  forgotten: 12,
  /** A message got another text, or was removed: `Entry.ref` is its number. */
  edited: 13,
  removal: 14,
  owner: 20,
  invited: 21,
  kicked: 22,
  banned: 23,
  unbanned: 24,
  operator: 25,
  noOperator: 26,
  destroyed: 29,
  /** A room was made, or has ended. Only shared stores write these two. */
  roomMade: 30,
  roomEnded: 31,
  /** The server's operator said something to everybody, or closed somebody's connection. */
  broadcast: 32,
  expelled: 33,
  /** The bans on the server were changed. Only shared stores write this. */
  bansChanged: 34,
  /** An application was made or changed, or has ended. Only shared stores write these two. */
  applicationChanged: 35,
  applicationEnded: 36,
} as const;

/** The stream of what concerns the whole server. */
export const SERVER_STREAM = 0;

export type Kind = (typeof kinds)[keyof typeof kinds];

export function isMessage(kind: number): boolean {
  return kind < 10;
}

/** How a message is known to programs: what somebody says, what they do, or an event. */
export type MessageKind = "said" | "act" | "tracked";

export function messageKind(kind: number): MessageKind {
  return kind === kinds.act ? "act" : kind === kinds.tracked ? "tracked" : "said";
}

/** Whether an entry of this kind changes a message that was said before. */
export function changesMessage(kind: number): boolean {
  return kind === kinds.edited || kind === kinds.removal;
}

/** Whether an entry of this kind changes who may do what. */
export function movesRights(kind: number): boolean {
  return kind >= 20 && kind < 30;
}

/** Whether an entry of this kind is the last one of its stream. */
export function closesStream(kind: number): boolean {
  return kind === kinds.destroyed;
}

/** Where the store has put an entry, and when. */
export interface Committed {
  /** Position in the stream: 1, 2, 3 … without a gap. */
  readonly pos: number;
  /** Number among the stream's messages; for an entry that is no message, that of the last message before it. */
  readonly seq: number;
  /** Microseconds since 1970; never less than that of the entry before it in the stream. */
  readonly atMicros: number;
}

/** An entry as the store keeps it. */
export interface Entry extends Committed {
  readonly stream: number;
  /** A `Kind`, or a number that only a later version of chatd knows: such an entry is not shown. */
  readonly kind: number;
  /** The principal that it comes from; null: the server itself; `OPERATOR_ID`: its operator. */
  readonly authorId: number | null;
  readonly author: string;
  readonly body: string;
  /** Number of the message that the entry changes; null: none. */
  readonly ref: number | null;
}
