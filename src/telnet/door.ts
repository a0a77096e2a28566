import type { Context } from "../chat/context.ts";
import type { TypingBudgets } from "../gate/typing-budgets.ts";
import type { FloodLimits } from "../net/flood-control.ts";
import type { LineQueueTotal } from "../net/line-queue.ts";
import type { OutboxPool } from "../net/outbox-pool.ts";
import type { DoorTelemetry } from "../net/telemetry.ts";
import type { Turns } from "../net/turns.ts";
import type { LineLimits } from "./typed-line.ts";
import type { SignInSettings } from "./sign-in-dialogue.ts";

export interface ConnectionSettings extends SignInSettings, LineLimits, FloodLimits {
  /** Maximum time until a name is taken, in milliseconds; 0 = any. */
  readonly loginTimeoutMs: number;
  /** Interval without a byte after which a peer that has spoken telnet is asked whether it is there; 0 = never. */
  readonly keepaliveMs: number;
}

/** What all connections of the door share. */
export interface Door {
  readonly context: Context;
  readonly turns: Turns;
  readonly pool: OutboxPool;
  readonly queued: LineQueueTotal;
  readonly budgets: TypingBudgets;
  readonly telemetry: DoorTelemetry;
  /** Replaced as a whole at a reload: what is read next, of open connections too, is held to the new ones. */
  settings: ConnectionSettings;
  /** Those of `settings` at the moment. */
  readonly lineLimits: LineLimits;
}

export function createDoor(parts: Omit<Door, "lineLimits">): Door {
  const door: Door = {
    ...parts,
    lineLimits: {
      get maxLineBytes() {
        return door.settings.maxLineBytes;
      },
      get maxRunBytes() {
        return door.settings.maxRunBytes;
      },
    },
  };
  return door;
}
