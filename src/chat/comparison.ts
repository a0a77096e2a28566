import type { Chat } from "./chat.ts";
import { passOnOrphans } from "./ownership.ts";

/** Again and again, what this node knows is compared with a store that it shares: what was missed is made up for. */
export class Comparison {
  readonly #chat: Chat;
  #hasOtherRooms = false;

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
      await chat.following.compare(chat.server);
      await passOnOrphans(chat);
      if (!this.#hasOtherRooms) return;
      await chat.sequencer.takeOver(chat.server);
      this.#hasOtherRooms = false;
    } catch (error) {
      chat.watch.storeHealth(error);
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
