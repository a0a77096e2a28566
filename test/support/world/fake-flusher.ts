import type { Flusher } from "../../../src/ports/outlet.ts";

/** A flusher whose writing lasts as long as a test wants. */
export class FakeFlusher implements Flusher {
  /** So many fit into one flush. */
  maxFlushed = Number.POSITIVE_INFINITY;
  /** What a flush returns. */
  writing: Promise<void> | null = null;

  flush(): Promise<void> | null {
    return this.writing;
  }
}
