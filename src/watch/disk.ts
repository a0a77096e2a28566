import { statfsSync, statSync } from "node:fs";
import type { Clock, Timer } from "../ports/clock.ts";

/** Interval between looks at the free space. */
const EVERY_MS = 60_000;
/** Free space under which the operator is warned. */
export const LITTLE_BYTES = 1024 ** 3;

export interface DiskWatcher {
  /** Called when the free space becomes little (true), or enough again. */
  little(isLittle: boolean, freeBytes: number): void;
}

/** Watches the free space of the disk that the database is on. */
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
