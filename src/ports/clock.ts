export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** The time of day, in microseconds since 1970. It may go back. */
  micros(): number;
  /** Milliseconds that never go back, for measuring durations. */
  monotonicMs(): number;
  /** Runs `task` once after `ms` milliseconds. Does not keep the process alive. */
  after(ms: number, task: () => void): Timer;
  /** Runs `task` when everything that has arrived by now has been read. */
  soon(task: () => void): void;
}
