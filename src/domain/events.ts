import type { Entry } from "./entry.ts";
import type { RefusalArguments, RefusalCode } from "./refusals.ts";
import type { Ban } from "./rights.ts";

/** A room as receivers know it. */
export interface RoomLabel {
  readonly id: number;
  readonly name: { readonly shown: string };
}

/** What somebody said in a room. */
export type Message = Pick<Entry, "pos" | "seq" | "atMicros" | "kind" | "author" | "body">;

/** Something that the people in a room are told. */
export type RoomEvent =
  | { readonly type: "joined" | "left"; readonly room: RoomLabel; readonly user: string }
  | { readonly type: "many-joined" | "many-left"; readonly room: RoomLabel; readonly count: number }
  /** `by` null: the operator of the server. `text` empty: the topic was removed. */
  | { readonly type: "topic"; readonly room: RoomLabel; readonly by: string | null; readonly text: string }
  | { readonly type: "owner"; readonly room: RoomLabel; readonly user: string; readonly isByOperator: boolean }
  | {
      readonly type: "kicked" | "operator" | "no-operator";
      readonly room: RoomLabel;
      readonly user: string;
      readonly by: string;
    }
  /** `by` null: the operator of the server. */
  | { readonly type: "unbanned"; readonly room: RoomLabel; readonly user: string; readonly by: string | null }
  /** `reason` empty: none was given. */
  | {
      readonly type: "banned";
      readonly room: RoomLabel;
      readonly user: string;
      readonly by: string;
      readonly reason: string;
    }
  /** A message has another text now, or is removed. */
  | ({ readonly type: "changed"; readonly text: string } & ChangeOfMessage)
  | ({ readonly type: "removed" } & ChangeOfMessage)
  | { readonly type: "destroyed"; readonly room: RoomLabel; readonly isByOperator: boolean }
  /** The database was restored: what was said last may be missing, or the whole room. */
  | { readonly type: "rewound" | "not-restored"; readonly room: RoomLabel };

/** `seq`: the number of a message that `by` has changed. */
interface ChangeOfMessage {
  readonly room: RoomLabel;
  readonly by: string;
  readonly seq: number;
}

/** The people in a room besides the one who came in: the names of some of them, and their number. */
export interface Others {
  readonly names: readonly string[];
  readonly count: number;
}

/** Something that one session is told. */
export type SessionEvent =
  | {
      readonly type: "entered";
      readonly room: RoomLabel;
      /** The session's own name, to tell it that it joined; null: it was brought into the lobby, and is not told so. */
      readonly user: string | null;
      readonly others: Others;
      readonly topic: string;
      /** Number of the room's last message; 0: nothing was ever said. */
      readonly lastSeq: number;
      /** The last messages that are at hand, the oldest first. */
      readonly recent: readonly Message[];
      /** Whether the last messages could not be read now. */
      readonly isRecentUnread: boolean;
      /** The node's time, in microseconds since 1970: messages of other days are shown with their date. */
      readonly nowMicros: number;
    }
  /** The session, whose connection broke, is in a room again in which it was. */
  | {
      readonly type: "back";
      readonly room: RoomLabel;
      /** The last of what was said meanwhile, the oldest first. */
      readonly missed: readonly Message[];
      /** The number of all that was said meanwhile; `isMore`: it is at least this. */
      readonly count: number;
      readonly isMore: boolean;
      /** Whether what was said meanwhile could not be read now. */
      readonly isUnread: boolean;
      /** As in `entered`. */
      readonly nowMicros: number;
    }
  /** The session, whose connection broke, is not in a room any more in which it was. `ban`: why; null: it is not told. */
  | {
      readonly type: "not-back";
      readonly room: string;
      readonly hasEnded: boolean;
      readonly ban: Pick<Ban, "reason" | "untilMicros"> | null;
    }
  /** The lobby cannot be entered now. */
  | { readonly type: "lobby-unread"; readonly room: string }
  /** What is typed goes to this room from now on. */
  | { readonly type: "talking-in"; readonly room: RoomLabel }
  /** What is typed goes to no room until the session chooses one; `other` is a room that it is in; null: it is in none. */
  | { readonly type: "talking-nowhere"; readonly other: RoomLabel | null }
  /** Names of rooms mean those of this application now; null: those of `main`. */
  | { readonly type: "names-mean"; readonly application: string | null }
  | { readonly type: "you-left" | "you-destroyed"; readonly room: RoomLabel }
  | { readonly type: "you-were-kicked"; readonly room: RoomLabel; readonly by: string }
  | {
      readonly type: "you-were-banned";
      readonly room: RoomLabel;
      readonly by: string;
      /** When the ban ends, in microseconds since 1970; null: when it is lifted. */
      readonly untilMicros: number | null;
      /** Empty: none was given. */
      readonly reason: string;
    }
  /** `isFirst`: nobody else has whispered to the session before. */
  | { readonly type: "whisper"; readonly from: string; readonly text: string; readonly isFirst: boolean }
  /** What the session said is stored, and nobody else is in the room to read it. */
  | { readonly type: "said-alone"; readonly room: RoomLabel }
  | { readonly type: "refused"; readonly code: RefusalCode; readonly args: RefusalArguments<RefusalCode> }
  | { readonly type: "broadcast"; readonly text: string }
  /** The node cannot reach its database, or can reach it again. */
  | { readonly type: "isolated" | "connected" }
  /** Somebody at the session's address has the name that it asks for, and is asked whether they are still there. */
  | { readonly type: "asking-holder" }
  /** Somebody at the session's address wants its name: whoever types nothing in this time loses it. */
  | { readonly type: "name-wanted"; readonly name: string; readonly withinMs: number }
  /** Lines of rooms were skipped, because the receiver was too slow for them. */
  | { readonly type: "skipped"; readonly lines: number };

/** Why a session ends, as it is told. */
export type EndEvent =
  | { readonly type: "bye" }
  /** The same person has come in by another connection. */
  | { readonly type: "replaced" }
  /** Somebody wanted the name, and the person gave no sign within the time. `isKept`: they may come back by their code. */
  | { readonly type: "gave-no-sign"; readonly name: string; readonly isKept: boolean }
  | { readonly type: "name-lost" }
  | { readonly type: "closed-by-operator"; readonly reason: string };

/** What receivers are told: plain data, which formats turn into bytes. */
export type Event = RoomEvent | SessionEvent | EndEvent;
