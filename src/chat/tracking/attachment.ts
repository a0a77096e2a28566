import type { Chunk, MessageFormat, Receiver } from "../../ports/outlet.ts";
import type { Subscriber } from "../rooms/room.ts";

/** Maximum bytes of what is said in one room while a subscriber gets what was said before. */
const MAX_HELD_BYTES = 1024 * 1024;

/** A subscriber of one room: it gets what is said from now on, but only when it has got what was said before. */
export class Attachment implements Subscriber {
  readonly view: number;
  receiver: Receiver;
  readonly #held: Chunk[] = [];
  #heldBytes = 0;

  /** @param tooMuch called when more waits than may be held; then nothing of it is kept */
  constructor(format: MessageFormat, view: number, tooMuch: () => void) {
    this.view = view;
    this.receiver = {
      format,
      deliver: (chunk) => {
        this.#heldBytes += chunk.bytes.length;
        if (this.#heldBytes <= MAX_HELD_BYTES) this.#held.push(chunk);
        else tooMuch();
      },
    };
  }

  /** The receiver has everything from before: it gets what was held, and from now on all as it comes. */
  release(receiver: Receiver): void {
    this.receiver = receiver;
    for (const chunk of this.#held.splice(0)) receiver.deliver(chunk);
  }
}
