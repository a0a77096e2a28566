import type { Draft } from "../domain/draft.ts";
import type { Committed } from "../domain/entry.ts";
import type { Refusal } from "../domain/refusals.ts";
import type { Rights } from "../domain/rights.ts";
import type { Stream } from "./stream.ts";

/** What became of an entry: where it is stored, or why it is not. */
export type Outcome = Committed | Refusal;

/** Something said or done, on its way through the store to everybody. */
export interface QueuedEntry extends Draft {
  rightsVersion: number;
  rights: Rights | null;
  /** How often its stream had been taken over when it was judged. */
  takeovers: number;
  /** Where it goes. */
  readonly to: Stream;
  /** What it counts against the bounds on what waits. */
  readonly bytes: number;
  /** By the monotonic clock, in milliseconds. */
  readonly saidAtMs: number;
  /** Called once: when the entry is stored, and was delivered here if the store has kept it; or when it is refused. */
  readonly settle: (outcome: Outcome) => void;
}
