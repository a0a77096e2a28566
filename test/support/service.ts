import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { until } from "./until.ts";

/** A systemd service of the machine that the test runs on. */
export class Service {
  readonly unit: string;
  readonly #log: string;

  constructor(unit: string) {
    this.unit = unit;
    this.#log = `/run/${unit}.log`;
  }

  get pid(): number {
    return Number(this.shown("MainPID"));
  }

  get restarts(): number {
    return Number(this.shown("NRestarts"));
  }

  /** What systemd knows of it: `systemctl show -p`. */
  shown(property: string): string {
    return systemctl("show", "--property", property, "--value", this.unit).trim();
  }

  /** Throws with the end of its log when it does not start. */
  start(): void {
    try {
      systemctl("start", this.unit);
    } catch (error) {
      throw new Error(`${String(error)}\n${this.log.slice(-2000)}`, { cause: error });
    }
  }

  /** What it wrote to stderr since it was edited first. */
  get log(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, "utf8") : "";
  }

  stop(): void {
    systemctl("stop", this.unit);
  }

  /** Lays lines over the unit, as `systemctl edit` does. */
  edit(...lines: readonly string[]): void {
    const folder = `/etc/systemd/system/${this.unit}.d`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/test.conf`, ["[Service]", `StandardError=append:${this.#log}`, ...lines, ""].join("\n"));
    systemctl("daemon-reload");
  }

  /** Waits until systemd has started it so many times more. */
  async restarted(times: number): Promise<void> {
    await until(() => this.restarts >= times && this.shown("ActiveState") === "active", `${this.unit} runs again`);
  }
}

/** Rejects with what it says when it fails. */
export function systemctl(...args: readonly string[]): string {
  return execFileSync("systemctl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
}
