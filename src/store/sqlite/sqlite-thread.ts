import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { StoreError } from "../../ports/store-error.ts";
import type { EngineOptions } from "./database.ts";
import type { SqliteEngine } from "./engine.ts";
import type { EngineCall, Request, Response } from "./thread.ts";

interface Waiting {
  readonly request: Request;
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

/** A thread, and the calls that wait for its answers, by id. It works on the first of them. */
interface Running {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  /** Fires when the call that the thread works on has taken too long; null: there is no such call, or no limit. */
  timer: NodeJS.Timeout | null;
}

const THREAD = fileURLToPath(new URL("./thread.ts", import.meta.url));

/** An engine on a thread of its own. A thread that died, or took too long, is replaced at the next call. */
export class SqliteThread {
  readonly #options: EngineOptions;
  readonly #deadlineMs: number;
  #running: Running | null = null;
  #nextId = 1;

  /**
   * @param deadlineMs maximum time of one call; 0 = no limit. Only for a thread that reads: a call inside SQLite cannot
   * be interrupted, so the one that takes longer ends with its thread, and the calls behind it go to the next thread
   */
  constructor(options: EngineOptions, deadlineMs = 0) {
    this.#options = options;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Runs one of the engine's methods, and resolves with its result. Rejects with a `StoreError`: `unavailable` when the
   * thread died, or the call took too long. Then the call may or may not have taken effect.
   */
  call<C extends EngineCall>(call: C, args: Parameters<SqliteEngine[C]>): Promise<ReturnType<SqliteEngine[C]>> {
    const request: Request = { id: this.#nextId++, call, args };
    return new Promise((resolve, reject) => {
      // The thread answers a call with what that method returned.
      this.#ask({ request, resolve: (value) => resolve(value as ReturnType<SqliteEngine[C]>), reject });
    });
  }

  async close(): Promise<void> {
    if (this.#running) await this.call("close", []);
  }

  #ask(waiting: Waiting): void {
    const running = (this.#running ??= this.#start());
    running.waiting.set(waiting.request.id, waiting);
    if (running.waiting.size === 1) this.#limit(running);
    running.worker.postMessage(waiting.request);
  }

  #start(): Running {
    const worker = new Worker(THREAD, { workerData: this.#options });
    const running: Running = { worker, waiting: new Map(), timer: null };
    worker.on("message", (response: Response) => {
      const asked = running.waiting.get(response.id);
      if (!asked) return;
      running.waiting.delete(response.id);
      this.#limit(running);
      if ("error" in response) asked.reject(new StoreError(response.error.code, response.error.message));
      else asked.resolve(response.value);
    });
    let reason = "it ended";
    worker.on("error", (error: Error) => (reason = error.message));
    worker.on("exit", () => this.#gone(running, reason));
    return running;
  }

  /** Starts the time limit of the call that the thread works on now. */
  #limit(running: Running): void {
    if (this.#deadlineMs === 0) return;
    if (running.timer) clearTimeout(running.timer);
    running.timer = running.waiting.size === 0 ? null : setTimeout(() => this.#tooLate(running), this.#deadlineMs);
  }

  #tooLate(running: Running): void {
    void running.worker.terminate();
    this.#gone(running, `no answer within ${this.#deadlineMs} ms`);
  }

  /**
   * Called when the thread is gone. The call that it worked on may be the cause, so it fails. Reads behind it are run
   * again; writes behind it fail, too, because they may have taken effect.
   */
  #gone(running: Running, reason: string): void {
    if (this.#running === running) this.#running = null;
    if (running.timer) clearTimeout(running.timer);
    const waiting = [...running.waiting.values()];
    running.waiting.clear();
    const error = new StoreError("unavailable", `the thread that works on ${this.#options.path} is gone: ${reason}`);
    const lost = this.#options.readOnly ? waiting.splice(0, 1) : waiting.splice(0);
    for (const call of lost) call.reject(error);
    for (const next of waiting) this.#ask(next);
  }
}
