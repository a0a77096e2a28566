import { statfsSync, statSync } from "node:fs";
import type { Clock, Timer } from "../ports/clock.ts";

const EVERY_MS = 60_000;
/** With less than this, somebody should look. */
export const LITTLE_BYTES = 1024 ** 3;

/** What is told of a disk; null bytes: the system does not say. */
export interface DiskWatcher {
  /** There is little space left (true), or enough again. */
  little(isLittle: boolean, freeBytes: number): void;
}

/** Looks how much space is left where the database is, and says when it becomes little. */
export class Disk {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #watcher: DiskWatcher;
  readonly #littleBytes: number;
  #timer: Timer | null = null;
  #isLittle = false;

  constructor(path: string, clock: Clock, watcher: DiskWatcher, littleBytes = LITTLE_BYTES) {
    this.#path = path;
    this.#clock = clock;
    this.#watcher = watcher;
    this.#littleBytes = littleBytes;
    this.#look();
  }

  /** Bytes that this process may still write; null: the system does not say. */
  freeBytes(): number | null {
    try {
      const { bavail, bsize } = statfsSync(this.#path);
      return bavail * bsize;
    } catch {
      return null;
    }
  }

  /** Bytes of the database's file and its log. */
  usedBytes(): number {
    return [this.#path, `${this.#path}-wal`]
      .map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const free = this.freeBytes();
    const isLittle = free !== null && free < this.#littleBytes;
    if (isLittle !== this.#isLittle) this.#watcher.little(isLittle, free ?? 0);
    this.#isLittle = isLittle;
    this.#timer = this.#clock.after(EVERY_MS, () => this.#look());
  }
}
