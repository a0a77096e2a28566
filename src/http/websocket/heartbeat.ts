import { frame, opcodes } from "../../formats/frames/frame.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Chunk } from "../../ports/outlet.ts";

/** Interval between two pings. A peer that has sent nothing in the whole interval behind a ping is gone. */
const EVERY_MS = 25_000;

/** A connection whose peer answers pings (RFC 6455, 5.5.2). */
export interface HeartbeatPeer {
  /** Called once in each interval. @param ping the same for all */
  beat(ping: Chunk): void;
}

/** Asks all peers whether they are there: one timer for all, and one chunk. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #peers = new Set<HeartbeatPeer>();
  readonly #ping: Chunk = { bytes: frame(opcodes.ping, new Uint8Array()), lines: 0, isText: false, holders: 0 };
  #isPlanned = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(peer: HeartbeatPeer): void {
    this.#peers.add(peer);
    this.#plan();
  }

  remove(peer: HeartbeatPeer): void {
    this.#peers.delete(peer);
  }

  #plan(): void {
    if (this.#isPlanned || this.#peers.size === 0) return;
    this.#isPlanned = true;
    this.#clock.after(EVERY_MS, () => {
      this.#isPlanned = false;
      for (const peer of this.#peers) peer.beat(this.#ping);
      this.#plan();
    });
  }
}
