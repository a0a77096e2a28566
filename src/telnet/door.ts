import type { Chat } from "../chat/chat.ts";
import type { Bans } from "../chat/server-bans.ts";
import type { TypingBudgets } from "../gate/typing-budgets.ts";
import type { LineLimits } from "./line-decoder.ts";
import type { FloodLimits } from "../net/flood-control.ts";
import type { LineQueueTotal } from "../net/line-queue.ts";
import type { SignInSettings, NewSessionId } from "./sign-in-dialogue.ts";
import type { OutboxPool } from "../net/outbox-pool.ts";
import type { Turns } from "../net/turns.ts";
import type { DoorTelemetry } from "../net/telemetry.ts";

export interface ConnectionSettings extends SignInSettings, LineLimits, FloodLimits {
  readonly loginTimeoutMs: number;
  /** A peer that has spoken telnet and says nothing for so long is asked whether it is there; 0 = never. */
  readonly keepaliveMs: number;
}

/** What all connections of the door share. */
export interface Door {
  readonly chat: Chat;
  readonly turns: Turns;
  readonly pool: OutboxPool;
  readonly queued: LineQueueTotal;
  readonly budgets: TypingBudgets;
  readonly telemetry: DoorTelemetry;
  readonly bans: Bans;
  /** Replaced as a whole when they are read again; open connections keep their limits on lines. */
  settings: ConnectionSettings;
  readonly newSessionId: NewSessionId;
}
