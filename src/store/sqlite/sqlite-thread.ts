import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { StoreError } from "../../ports/store-error.ts";
import type { EngineOptions, SqliteEngine } from "./engine.ts";
import type { EngineCall, Request, Response } from "./thread.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

/** A thread, and who waits for its answers. */
interface Running {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
}

const THREAD = fileURLToPath(new URL("./thread.ts", import.meta.url));

/** An engine on a thread of its own. A thread that died, or took too long, is replaced at the next call. */
export class SqliteThread {
  readonly #options: EngineOptions;
  #running: Running | null = null;
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
    const running = (this.#running ??= this.#start());
    const { worker, waiting } = running;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = deadlineMs > 0 ? setTimeout(() => this.#tooLate(running, deadlineMs), deadlineMs) : null;
      const settled = (): void => {
        if (timer) clearTimeout(timer);
        waiting.delete(id);
      };
      waiting.set(id, {
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
    if (this.#running) await this.call("close", []);
  }

  #start(): Running {
    const running: Running = { worker: new Worker(THREAD, { workerData: this.#options }), waiting: new Map() };
    const { worker, waiting } = running;
    worker.on("message", (response: Response) => {
      const its = waiting.get(response.id);
      if (!its) return;
      if ("error" in response) its.reject(new StoreError(response.error.code, response.error.message));
      else its.resolve(response.value);
    });
    let reason = "it ended";
    worker.on("error", (error: Error) => (reason = error.message));
    worker.on("exit", () => this.#gone(running, reason));
    return running;
  }

  /** Nobody waits for the thread to end: inside SQLite it cannot be interrupted. */
  #tooLate(running: Running, deadlineMs: number): void {
    void running.worker.terminate();
    this.#gone(running, `no answer within ${deadlineMs} ms`);
  }

  #gone(running: Running, reason: string): void {
    if (this.#running === running) this.#running = null;
    const error = new StoreError("unavailable", `the thread that works on ${this.#options.path} is gone: ${reason}`);
    for (const its of running.waiting.values()) its.reject(error);
  }
}
