import type { Entry } from "../domain/entry.ts";
import type { Name } from "../domain/names.ts";
import type { CodeNumbers, Leaving } from "./absence.ts";

/** Somebody as other nodes know them. */
export interface Whereabouts {
  readonly id: number;
  readonly name: Name;
  readonly address: string;
  /** Since when they are logged in, in microseconds since 1970. */
  readonly sinceMicros: number;
  readonly codes: CodeNumbers;
  /** The rooms they are in, by id, and since when, in microseconds since 1970. */
  readonly rooms: ReadonlyMap<number, number>;
  /** What they left when their connection broke. Without it they are logged in. */
  readonly away?: Leaving;
}

/** What nodes tell each other. Messages may be lost, repeated and reordered: the truth is in the store. */
export type ClusterMessage =
  /** Consecutive entries of one stream were stored. `previousAtMicros`: time of the entry before; null: not known. */
  | {
      readonly type: "entries";
      readonly stream: number;
      readonly previousAtMicros: number | null;
      readonly entries: readonly Entry[];
    }
  /** Entries of one stream were stored; the receiver reads them from the store. */
  | { readonly type: "changed"; readonly stream: number }
  /** A node's people changed since `previous`: `here` are new or have moved, `gone` are the ids of those who left. */
  | {
      readonly type: "people";
      readonly node: number;
      readonly version: number;
      readonly previous: number;
      readonly part: number;
      readonly parts: number;
      readonly here: readonly Whereabouts[];
      readonly gone: readonly number[];
    }
  /** Somebody whispers to a session of another node, which answers with `heard`. */
  | {
      readonly type: "whisper";
      readonly id: string;
      readonly to: number;
      readonly from: number;
      readonly author: string;
      readonly text: string;
    }
  /** The answer to the `whisper` or `probe` with this id. `isThere` false: the session gave no sign, and has ended. */
  | { readonly type: "ack"; readonly id: string; readonly isThere: boolean }
  /**
   * Asks whether a session is still there, because somebody at its address wants its name. If it is not, it ends.
   * `isSame`: they have shown by its code that they are the same, so it ends at once.
   */
  | {
      readonly type: "probe";
      readonly id: string;
      readonly to: number;
      readonly address: string;
      readonly isSame: boolean;
    };
