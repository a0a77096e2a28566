import type { Clock, Timer } from "../ports/clock.ts";

/** Called with what happens to the instance that this process runs on. */
export interface LifecycleWatcher {
  /** The Auto Scaling group is about to end the instance. Called once. */
  leaving(): void;
  /** The metadata service does not answer (an error), or does again (null). */
  metadata(error: unknown): void;
}

const EVERY_MS = 5000;
const DEADLINE_MS = 2000;
const TOKEN_PATH = "/latest/api/token";
const STATE_PATH = "/latest/meta-data/autoscaling/target-lifecycle-state";
/** Lifetime of a token: longer than one look takes. */
const TOKEN_SECONDS = "60";

/**
 * Asks the instance metadata service of EC2, version 2, every five seconds whether the Auto Scaling group takes this
 * instance out (EC2 user guide: "Use the Instance Metadata Service", "Instance metadata categories").
 */
export class Lifecycle {
  readonly #endpoint: string;
  readonly #clock: Clock;
  readonly #watcher: LifecycleWatcher;
  #timer: Timer | null = null;
  #isOver = false;
  #isAnswering = true;

  /** @param endpoint such as `http://169.254.169.254` */
  constructor(endpoint: string, clock: Clock, watcher: LifecycleWatcher) {
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#watcher = watcher;
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  async #look(): Promise<void> {
    try {
      const state = await this.#targetState();
      this.#answers(null);
      if (state === "Terminated" || state === "Warmed:Terminated") {
        if (!this.#isOver) this.#watcher.leaving();
        return this.stop();
      }
    } catch (error) {
      this.#answers(error);
    }
    if (!this.#isOver) this.#timer = this.#clock.after(EVERY_MS, () => void this.#look());
  }

  #answers(error: unknown): void {
    const isAnswering = error === null;
    if (isAnswering !== this.#isAnswering && !this.#isOver) this.#watcher.metadata(error);
    this.#isAnswering = isAnswering;
  }

  async #targetState(): Promise<string> {
    const token = await this.#ask(TOKEN_PATH, "PUT", { "x-aws-ec2-metadata-token-ttl-seconds": TOKEN_SECONDS });
    return this.#ask(STATE_PATH, "GET", { "x-aws-ec2-metadata-token": token });
  }

  async #ask(path: string, method: string, headers: Record<string, string>): Promise<string> {
    const what = `ask ${this.#endpoint}${path}`;
    try {
      const answer = await fetch(this.#endpoint + path, { method, headers, signal: AbortSignal.timeout(DEADLINE_MS) });
      if (answer.ok) return (await answer.text()).trim();
      await answer.body?.cancel();
      throw new Error(`it answers ${answer.status}`);
    } catch (error) {
      throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}
