import type { Socket } from "node:net";
import type { Clock } from "../ports/clock.ts";

/** What was understood of the first bytes of a connection, and the number of these bytes. */
export interface Head<T> {
  readonly value: T;
  readonly length: number;
}

/** Reads a socket until `parse` returns a value, and leaves the bytes behind it. Null: the end, or time, came first. */
export function readHead<T>(
  socket: Socket,
  clock: Clock,
  withinMs: number,
  parse: (bytes: Buffer) => Head<T> | null,
): Promise<T | null> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const done = (value: T | null): void => {
      timer.cancel();
      socket.off("data", onData).off("end", onEnd).off("close", onEnd).off("error", onEnd).pause();
      resolve(value);
    };
    const timer = clock.after(withinMs, () => done(null));
    const onEnd = (): void => done(null);
    const onData = (chunk: Buffer): void => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const head = parse(bytes);
      if (!head) return;
      done(head.value);
      if (head.length < bytes.length) socket.unshift(bytes.subarray(head.length));
    };
    socket.on("data", onData).on("end", onEnd).on("close", onEnd).on("error", onEnd).resume();
  });
}
