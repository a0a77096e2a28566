import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Clock, Timer } from "../ports/clock.ts";

/** Sends the messages (the unit needs `NotifyAccess=all`): Node has no datagram sockets of the Unix kind. */
const PROGRAM = "systemd-notify";
/** Interval between signs of life, as a part of the time that systemd waits for one, so that one may fail. */
const BEAT_PART = 0.25;
const DEADLINE_MS = 5000;
/** Time after which systemd is told again what it must know. */
const AGAIN_MS = 1000;
/** Time between the end of the server and the end of its process. */
const SPARE_MS = 1000;
const run = promisify(execFile);

/** Tells systemd the state of the server, if systemd started it and asked for that (sd_notify(3)). */
export class Notifier {
  readonly #env: NodeJS.ProcessEnv;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  #timer: Timer | null = null;
  #isStopped = false;

  /** @param failed called when systemd could not be told */
  constructor(env: NodeJS.ProcessEnv, clock: Clock, failed: (error: unknown) => void) {
    this.#env = env;
    this.#clock = clock;
    this.#failed = failed;
  }

  /**
   * Says that the server takes connections, again until systemd knows it, and from then on that the server lives. Systemd
   * would stop a server at the end of `TimeoutStartSec=` that is not known to be ready.
   * @param status for `systemctl status`
   */
  async ready(status: () => string): Promise<void> {
    const isKnown = await this.#tell("READY=1", `STATUS=${status()}`);
    if (this.#isStopped) return;
    if (!isKnown) {
      this.#timer = this.#clock.after(AGAIN_MS, () => void this.ready(status));
      return;
    }
    const watchdogMs = this.#watchdogMs();
    if (watchdogMs > 0) this.#beat(watchdogMs * BEAT_PART, status);
  }

  /** Says that the server ends, and within which time. Systemd waits that long, also beyond `TimeoutStopSec=`. */
  async stopping(withinMs: number): Promise<void> {
    await this.#tell("STOPPING=1", `EXTEND_TIMEOUT_USEC=${(withinMs + SPARE_MS) * 1000}`, "STATUS=Stopping");
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #beat(everyMs: number, status: () => string): void {
    this.#timer = this.#clock.after(everyMs, () => {
      void this.#tell("WATCHDOG=1", `STATUS=${status()}`);
      this.#beat(everyMs, status);
    });
  }

  /** Returns the time after which systemd takes the process for hung; 0: systemd asks for no signs of life. */
  #watchdogMs(): number {
    const { WATCHDOG_USEC, WATCHDOG_PID } = this.#env;
    const isMine = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
    return isMine ? Number(WATCHDOG_USEC ?? 0) / 1000 || 0 : 0;
  }

  /** Returns whether systemd, where there is one, took it: `systemd-notify` waits for that. */
  async #tell(...what: readonly string[]): Promise<boolean> {
    if (this.#env["NOTIFY_SOCKET"] === undefined) return true;
    try {
      await run(PROGRAM, what, { env: this.#env, timeout: DEADLINE_MS });
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }
}
