import type { Draft } from "../domain/entry.ts";
import type { Refusal } from "../domain/refusals.ts";
import type { Action } from "../domain/permissions.ts";
import type { Rights } from "../domain/rights.ts";
import type { Session } from "../chat/sessions/session.ts";
import type { Stream } from "./stream.ts";

/** Something said or done, on its way through the store to everybody. */
export interface QueuedEntry extends Draft {
  rightsVersion: number;
  rights: Rights | null;
  /** How often its stream had been taken over when it was judged. */
  takeovers: number;
  /** Where it goes. */
  readonly to: Stream;
  readonly session: Session | null;
  /** What the author has to be allowed to do, at the time the store takes it; null: it is the server that speaks. */
  readonly action: Action | null;
  readonly subject: number;
  /** What it counts against the bounds on what waits. */
  readonly bytes: number;
  /** By the monotonic clock, in milliseconds. */
  readonly saidAtMs: number;
  /** Called once: stored, and delivered if the store has kept it (null), or why not. */
  readonly settle: (refused: Refusal | null) => void;
}
