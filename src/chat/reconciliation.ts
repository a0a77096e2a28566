import type { Context } from "./context.ts";
import { passOnOrphans } from "./rooms/ownership.ts";

type Parts = Pick<
  Context,
  | "clock"
  | "pipeline"
  | "presence"
  | "rooms"
  | "sequencer"
  | "server"
  | "sessions"
  | "settings"
  | "state"
  | "subscriptions"
  | "telemetry"
>;

/** Minimum interval between two reads of all rooms. */
const ROOMS_EVERY_MS = 60_000;

/** Compares what this node knows with a store that it shares, again and again, and makes up for what was missed. */
export class Reconciliation {
  readonly #parts: Parts;
  /** When all rooms were read last, in milliseconds of the monotonic clock; 0: not since the start. */
  #roomsReadMs = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Compares once. Never rejects. */
  async run(): Promise<void> {
    const { server, subscriptions, telemetry } = this.#parts;
    try {
      await subscriptions.compare(server);
      await passOnOrphans(this.#parts);
      await this.#compareRooms();
    } catch (error) {
      telemetry.storeHealth(error);
    }
  }

  /** Reads all rooms once a minute, and when the store was restored: finds what neither a stream nor presence shows. */
  async #compareRooms(): Promise<void> {
    const { clock, subscriptions, sequencer, server, state } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (this.#roomsReadMs === 0) this.#roomsReadMs = nowMs;
    const { mayHaveOtherRooms } = state;
    if (!mayHaveOtherRooms && nowMs - this.#roomsReadMs < ROOMS_EVERY_MS) return;
    // Cleared before they are read, because the store may be restored once more meanwhile.
    state.mayHaveOtherRooms = false;
    try {
      await (mayHaveOtherRooms ? sequencer.takeOver(server) : subscriptions.takeOverUnfollowed());
      this.#roomsReadMs = nowMs;
    } catch (error) {
      state.mayHaveOtherRooms ||= mayHaveOtherRooms;
      throw error;
    }
  }

  /** Compares from now on at every interval, until the chat is stopped. */
  runLater(): void {
    const { clock, settings, state } = this.#parts;
    clock.after(settings.compareEveryMs, () => {
      if (!state.isStopped) void this.run().then(() => this.runLater());
    });
  }
}
