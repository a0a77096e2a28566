import type { Draft } from "../domain/draft.ts";
import type { Committed } from "../domain/entry.ts";
import type { Refusal } from "../domain/refusals.ts";
import type { Rights } from "../domain/rights.ts";
import type { Stream } from "./stream.ts";

/** What became of an entry: where it is stored, or why it was refused. */
export type Outcome = Committed | Refusal;

/** Something said or done, on its way through the store to everybody. */
export interface QueuedEntry extends Draft {
  rightsVersion: number;
  rights: Rights | null;
  /** Value of `Stream.takeovers` when the entry was judged. */
  takeovers: number;
  readonly to: Stream;
  /** Size that counts against the bounds on queued entries. */
  readonly bytes: number;
  /** When it was said, by the monotonic clock, in milliseconds. */
  readonly saidAtMs: number;
  /** Called once: when the entry is stored and delivered here (unless a restored store lost it), or refused. */
  readonly settle: (outcome: Outcome) => void;
}
