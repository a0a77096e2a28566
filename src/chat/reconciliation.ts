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

const ROOMS_EVERY_MS = 60_000;

/** Again and again, what this node knows is compared with a store that it shares: what was missed is made up for. */
export class Reconciliation {
  readonly #parts: Parts;
  /** When all rooms were read last, by the monotonic clock; 0: at the start. */
  #roomsReadMs = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Never rejects. */
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

  /** What neither a stream nor the rows of people show is found once a minute. */
  async #compareRooms(): Promise<void> {
    const { clock, subscriptions, sequencer, server, state } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (this.#roomsReadMs === 0) this.#roomsReadMs = nowMs;
    const { mayHaveOtherRooms } = state;
    if (!mayHaveOtherRooms && nowMs - this.#roomsReadMs < ROOMS_EVERY_MS) return;
    // The store may go back once more while they are read.
    state.mayHaveOtherRooms = false;
    try {
      await (mayHaveOtherRooms ? sequencer.takeOver(server) : subscriptions.takeOverUnfollowed());
      this.#roomsReadMs = nowMs;
    } catch (error) {
      state.mayHaveOtherRooms ||= mayHaveOtherRooms;
      throw error;
    }
  }

  /** From now on, until the chat is stopped. */
  runLater(): void {
    const { clock, settings, state } = this.#parts;
    clock.after(settings.compareEveryMs, () => {
      if (!state.isStopped) void this.run().then(() => this.runLater());
    });
  }
}
