import { Worker } from "node:worker_threads";
import { StoreError } from "../../ports/store-error.ts";
import type { EngineOptions } from "./database.ts";
import type { SqliteEngine } from "./engine.ts";
import type { EngineCall, Request, Response } from "./thread.ts";

interface Waiting {
  readonly request: Request;
  /** When it has taken too long, as `performance.now()` tells the time. */
  readonly untilMs: number;
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

/** A thread, and the calls that wait for its answers, by id. It works on the first of them. */
interface Running {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  /** Fires when the call that the thread works on has taken too long; null: there is no such call, or no limit. */
  timer: NodeJS.Timeout | null;
  /** After `close`: it answers nothing more. */
  isClosing: boolean;
}

/** Time that a new thread takes until it answers: a call that has less left is not run again. */
const START_MS = 50;
/** Maximum number of threads that are inside SQLite beyond their time: no more calls are tried meanwhile. */
const MAX_ENDING = 3;
const THREAD = new URL("./thread.ts", import.meta.url);

/** An engine on a thread of its own. A thread that died, or took too long, is replaced at the next call. */
export class SqliteThread {
  readonly #options: EngineOptions;
  readonly #deadlineMs: number;
  #running: Running | null = null;
  #nextId = 1;
  /** Threads that were given up inside SQLite, and have not ended. */
  #ending = 0;

  /** @param deadlineMs maximum time from a call to its answer (of a thread that reads): after it the thread is ended; 0 = no limit */
  constructor(options: EngineOptions, deadlineMs = 0) {
    this.#options = options;
    this.#deadlineMs = deadlineMs;
  }

  /** Runs a method of the engine. Rejects with a `StoreError`; `unavailable`: it may or may not have taken effect. */
  call<C extends EngineCall>(call: C, args: Parameters<SqliteEngine[C]>): Promise<ReturnType<SqliteEngine[C]>> {
    const request: Request = { id: this.#nextId++, call, args };
    const untilMs = this.#deadlineMs === 0 ? Number.POSITIVE_INFINITY : performance.now() + this.#deadlineMs;
    return new Promise((resolve, reject) => {
      // The thread answers a call with what that method returned.
      this.#ask({ request, untilMs, resolve: (value) => resolve(value as ReturnType<SqliteEngine[C]>), reject });
    });
  }

  /** Ends the thread: a writer after what was asked before, a reader at once, whose calls fail. */
  async close(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    if (!this.#options.readOnly || running.waiting.size === 0) {
      const closed = this.call("close", []);
      running.isClosing = true;
      return await closed;
    }
    running.isClosing = true;
    this.#end(running, "it was closed");
  }

  #ask(waiting: Waiting): void {
    if (!this.#running && this.#ending >= MAX_ENDING) {
      return waiting.reject(
        new StoreError("unavailable", `reads of ${this.#options.path} take too long, and do not end`),
      );
    }
    const running = (this.#running ??= this.#start());
    if (running.isClosing) return waiting.reject(this.#goneError("it was closed"));
    running.waiting.set(waiting.request.id, waiting);
    if (running.waiting.size === 1) this.#limit(running);
    running.worker.postMessage(waiting.request);
  }

  #start(): Running {
    const worker = new Worker(THREAD, { workerData: this.#options });
    const running: Running = { worker, waiting: new Map(), timer: null, isClosing: false };
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
    const [first] = running.waiting.values();
    const reason = `no answer within ${this.#deadlineMs} ms`;
    const leftMs = first ? Math.max(first.untilMs - performance.now(), 0) : 0;
    running.timer = first ? setTimeout(() => this.#end(running, reason), leftMs) : null;
  }

  /** Gives a thread up: inside SQLite it cannot be interrupted, and ends by itself. */
  #end(running: Running, reason: string): void {
    this.#ending += 1;
    running.worker.once("exit", () => (this.#ending -= 1));
    void running.worker.terminate();
    this.#gone(running, reason);
  }

  /** Called when the thread is gone: its call fails, and writes behind it, which may have run. Reads that have time are run again. */
  #gone(running: Running, reason: string): void {
    if (this.#running === running) this.#running = null;
    if (running.timer) clearTimeout(running.timer);
    const waiting = [...running.waiting.values()];
    running.waiting.clear();
    const nowMs = performance.now();
    for (const [i, call] of waiting.entries()) {
      const mayRunAgain = this.#options.readOnly && !running.isClosing && i > 0 && call.untilMs > nowMs + START_MS;
      if (mayRunAgain) this.#ask(call);
      else call.reject(this.#goneError(reason));
    }
  }

  #goneError(reason: string): StoreError {
    return new StoreError("unavailable", `the thread that works on ${this.#options.path} is gone: ${reason}`);
  }
}
