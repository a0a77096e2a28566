import { parentPort, workerData } from "node:worker_threads";
import { StoreError } from "../../ports/store-error.ts";
import type { EngineOptions } from "./database.ts";
import { SqliteEngine } from "./engine.ts";

/** The calls that a thread answers: the engine's methods, by name. */
export type EngineCall = keyof SqliteEngine;

export interface Request {
  readonly id: number;
  readonly call: EngineCall;
  readonly args: readonly unknown[];
}

export type Response =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: StoreError["code"]; readonly message: string } };

/** Runs an engine on this thread: `workerData` are its options. Ends by itself after `close`. */
function serve(): void {
  const port = parentPort;
  if (!port) return;
  let engine: SqliteEngine | null = null;
  port.on("message", ({ id, call, args }: Request) => {
    try {
      // Opened at the first call, so that a failure to open is an answer like any other, and the next call tries again.
      if (!engine && call !== "close") engine = new SqliteEngine(workerData as EngineOptions);
      // The arguments are those of `call`: `SqliteThread.call` is typed by the engine's methods.
      const value = (engine?.[call] as ((...args: readonly unknown[]) => unknown) | undefined)?.apply(engine, [
        ...args,
      ]);
      port.postMessage({ id, value } satisfies Response);
    } catch (error) {
      port.postMessage({ id, error: toMessage(error) } satisfies Response);
    }
    if (call === "close") port.close();
  });
}

function toMessage(error: unknown): { code: StoreError["code"]; message: string } {
  if (error instanceof StoreError) return { code: error.code, message: error.message };
  return { code: "broken", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

serve();
