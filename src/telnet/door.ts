import type { Chat } from "../chat/chat.ts";
import type { Bans } from "../gate/bans.ts";
import type { TypingBudgets } from "../gate/typing-budgets.ts";
import type { LineLimits } from "../protocol/line-decoder.ts";
import type { FloodLimits } from "./flood-control.ts";
import type { LineQueueTotal } from "./line-queue.ts";
import type { LoginSettings, NewSessionId } from "./login.ts";
import type { OutboxPool } from "./outbox-pool.ts";
import type { Turns } from "./turns.ts";
import type { TelnetWatch } from "./watch.ts";

export interface ConnectionSettings extends LoginSettings, LineLimits, FloodLimits {
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
  readonly watch: TelnetWatch;
  readonly bans: Bans;
  /** Replaced as a whole when they are read again; open connections keep their limits on lines. */
  settings: ConnectionSettings;
  readonly newSessionId: NewSessionId;
}
