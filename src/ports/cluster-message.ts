import type { Entry } from "../domain/entry.ts";
import type { Name } from "../domain/names.ts";

/** Somebody as other nodes know them. */
export interface Whereabouts {
  readonly id: number;
  readonly name: Name;
  readonly address: string;
  /** Since when they are logged in, in microseconds since 1970. */
  readonly sinceMicros: number;
  /** The rooms they are in, by id, and since when, in microseconds since 1970. */
  readonly rooms: ReadonlyMap<number, number>;
}

/**
 * What nodes tell each other. It may be lost, come twice or in another order: the truth is in the store, and a node that
 * misses something finds it there.
 */
export type ClusterMessage =
  /** Consecutive entries of one stream were stored. `previousAtMicros`: the time of the entry before them; null: not known. */
  | {
      readonly type: "entries";
      readonly stream: number;
      readonly previousAtMicros: number | null;
      readonly entries: readonly Entry[];
    }
  /** Entries of one stream were stored: look there. */
  | { readonly type: "look"; readonly stream: number }
  /**
   * Of a node's people these are now here, and those are gone. `version` names this change of the node's people,
   * `previous` the one before it, and a change may come in several parts.
   */
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
  /** The whisper or question of that id has come to the session, or to its node which does not have it any more. */
  | { readonly type: "heard"; readonly id: string; readonly isThere: boolean }
  /** Somebody from the same address asks for the name of a session: is it still there? If not, it ends. */
  | { readonly type: "ghost"; readonly id: string; readonly to: number; readonly address: string };
