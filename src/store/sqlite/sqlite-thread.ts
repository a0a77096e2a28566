import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { StoreError } from "../../chat/errors.ts";
import type { EngineOptions, SqliteEngine } from "./engine.ts";
import type { EngineCall, Request, Response } from "./thread.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

const THREAD = fileURLToPath(new URL("./thread.ts", import.meta.url));

/** An engine on a thread of its own. A thread that died, or took too long, is replaced at the next call. */
export class SqliteThread {
  readonly #options: EngineOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #nextId = 1;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /**
   * Runs one of the engine's methods. Rejects with a `StoreError`; `unavailable` when the thread died, or after
   * `deadlineMs` (0 = wait as long as it takes): then it is not known whether the call took effect.
   */
  call<C extends EngineCall>(
    call: C,
    args: Parameters<SqliteEngine[C]>,
    deadlineMs = 0,
  ): Promise<ReturnType<SqliteEngine[C]>> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = deadlineMs > 0 ? setTimeout(() => void worker.terminate(), deadlineMs) : null;
      const settled = (): void => {
        if (timer) clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve: (value) => {
          settled();
          // The thread answers a call with what that method returned.
          resolve(value as ReturnType<SqliteEngine[C]>);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      worker.postMessage({ id, call, args } satisfies Request);
    });
  }

  async close(): Promise<void> {
    if (this.#worker) await this.call("close", []);
  }

  #start(): Worker {
    const worker = new Worker(THREAD, { workerData: this.#options });
    worker.on("message", (response: Response) => {
      const waiting = this.#waiting.get(response.id);
      if (!waiting) return;
      if ("error" in response) waiting.reject(new StoreError(response.error.code, response.error.message));
      else waiting.resolve(response.value);
    });
    let reason = "it ended";
    worker.on("error", (error: Error) => (reason = error.message));
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = null;
      const error = new StoreError("unavailable", `the thread that works on ${this.#options.path} is gone: ${reason}`);
      for (const waiting of this.#waiting.values()) waiting.reject(error);
    });
    return worker;
  }
}
