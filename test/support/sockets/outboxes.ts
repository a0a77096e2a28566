import type { Chunk } from "../../../src/ports/outlet.ts";
import { textFormat } from "../../../src/formats/text/text-format.ts";
import { Outbox, type OutboxEvents } from "../../../src/net/outbox.ts";
import { CHUNK_OVERHEAD_BYTES, type OutboxLimits, OutboxPool } from "../../../src/net/outbox-pool.ts";
import { FakeClock } from "../world/fake-clock.ts";
import { HeldSocket } from "./held-socket.ts";

const NO_LIMITS: OutboxLimits = { skipBytes: 0, skipAfterMs: 0, closeBytes: 0, closeAfterMs: 0, totalBytes: 0 };

/** What a chunk counts for beside its bytes. */
export const OVERHEAD = CHUNK_OVERHEAD_BYTES;

/** Lines of a room: many outboxes may share them, and they may be skipped. */
export function roomLines(text: string, lines = 1): Chunk {
  return { bytes: Buffer.from(text), lines, isText: true, holders: 0 };
}

/** A line for one session alone. */
export function aReply(text: string): Chunk {
  return roomLines(text, 0);
}

/** An outbox, its peer, and what the outbox said of it. Does what a connection does with a peer that is too slow. */
export class Receiver implements OutboxEvents {
  readonly socket = new HeldSocket();
  readonly outbox: Outbox;
  drains = 0;
  skips: number[] = [];
  closes = 0;
  isClosing = false;

  constructor(pool: OutboxPool) {
    this.outbox = new Outbox(this.socket.socket, pool, this);
  }

  drained(): void {
    this.drains += 1;
  }

  skipped(lines: number): void {
    this.skips.push(lines);
  }

  noticeOfSkipped(lines: number): Chunk {
    return { bytes: textFormat.event({ type: "skipped", lines }, 0, 0), lines: 0, isText: true, holders: 0 };
  }

  tooSlow(): void {
    this.closes += 1;
    if (this.isClosing) return;
    this.isClosing = true;
    this.outbox.push(aReply("too slow\r\n"));
    this.outbox.end();
  }
}

/** Some outboxes and what they share, with a clock in the test's hands. */
export class Outboxes {
  readonly clock = new FakeClock();
  readonly pool: OutboxPool;

  constructor(limits: Partial<OutboxLimits> = {}) {
    this.pool = new OutboxPool({ ...NO_LIMITS, ...limits }, this.clock);
  }

  receiver(): Receiver {
    return new Receiver(this.pool);
  }

  /** A receiver whose peer has not taken what was written to it: `first`. */
  async heldReceiver(first = "first\r\n"): Promise<Receiver> {
    const receiver = this.receiver();
    receiver.socket.hold();
    await this.give(receiver, aReply(first));
    return receiver;
  }

  /** Gives the chunks in one turn, and ends it. */
  async give(receiver: Receiver, ...chunks: readonly Chunk[]): Promise<void> {
    for (const chunk of chunks) receiver.outbox.push(chunk);
    await this.clock.turn();
  }
}
