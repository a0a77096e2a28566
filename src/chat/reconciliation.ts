import type { Chat } from "./chat.ts";
import { passOnOrphans } from "./rooms/ownership.ts";

const ROOMS_EVERY_MS = 60_000;

/** Again and again, what this node knows is compared with a store that it shares: what was missed is made up for. */
export class Reconciliation {
  readonly #chat: Chat;
  #hasOtherRooms = false;
  /** When all rooms were read last, by the monotonic clock; 0: at the start. */
  #roomsReadMs = 0;

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** The store went back: there may be other rooms, also where the stream of the server does not show it. */
  expectOtherRooms(): void {
    this.#hasOtherRooms = true;
  }

  /** Never rejects. */
  async run(): Promise<void> {
    const chat = this.#chat;
    try {
      await chat.subscriptions.compare(chat.server);
      await passOnOrphans(chat);
      await this.#compareRooms();
    } catch (error) {
      chat.telemetry.storeHealth(error);
    }
  }

  /** What neither a stream nor the rows of people show is found once a minute. */
  async #compareRooms(): Promise<void> {
    const { clock, subscriptions, sequencer, server } = this.#chat;
    const nowMs = clock.monotonicMs();
    if (this.#roomsReadMs === 0) this.#roomsReadMs = nowMs;
    const hasOtherRooms = this.#hasOtherRooms;
    if (!hasOtherRooms && nowMs - this.#roomsReadMs < ROOMS_EVERY_MS) return;
    // The store may go back once more while they are read.
    this.#hasOtherRooms = false;
    try {
      await (hasOtherRooms ? sequencer.takeOver(server) : subscriptions.takeOverUnfollowed());
      this.#roomsReadMs = nowMs;
    } catch (error) {
      this.#hasOtherRooms ||= hasOtherRooms;
      throw error;
    }
  }

  /** From now on, until the chat is stopped. */
  runLater(): void {
    const chat = this.#chat;
    chat.clock.after(chat.settings.compareEveryMs, () => {
      if (!chat.isStopped) void this.run().then(() => this.runLater());
    });
  }
}
