import type { Machine } from "./machine.ts";
import { until } from "../sockets/until.ts";

/** A systemd service on a machine. */
export class Service {
  readonly unit: string;
  readonly #machine: Machine;
  readonly #log: string;

  constructor(machine: Machine, unit: string) {
    this.#machine = machine;
    this.unit = unit;
    this.#log = `/run/${unit}.log`;
  }

  /** Lays lines over the unit, as `systemctl edit` does. From the first time on its stderr is kept. */
  async edit(...lines: readonly string[]): Promise<void> {
    const text = ["[Service]", `StandardError=append:${this.#log}`, ...lines, ""].join("\n");
    const folder = `/etc/systemd/system/${this.unit}.d`;
    await this.#machine.run("sh", "-c", `mkdir -p ${folder}; printf %s "$1" >${folder}/test.conf`, "sh", text);
    await this.systemctl("daemon-reload");
  }

  /** `systemctl VERB UNIT`. Rejects with what it says, and the end of the service's log, when it fails. */
  async does(verb: "start" | "stop" | "restart"): Promise<void> {
    try {
      await this.systemctl(verb, this.unit);
    } catch (error) {
      const log = await this.#machine.run("tail", "-n", "5", this.#log).catch(() => "");
      throw new Error(`${String(error)}\n${log}`, { cause: error });
    }
  }

  async systemctl(...args: readonly string[]): Promise<string> {
    return (await this.#machine.run("systemctl", ...args)).trim();
  }

  /** What systemd knows of it. */
  async shown(property: string): Promise<string> {
    return this.systemctl("show", "--property", property, "--value", this.unit);
  }

  /** As the machine counts. */
  async pid(): Promise<string> {
    return this.shown("MainPID");
  }

  async restarts(): Promise<number> {
    return Number(await this.shown("NRestarts"));
  }

  async kill(signal: string): Promise<void> {
    await this.#machine.run("kill", `-${signal}`, await this.pid());
  }

  /** Waits until systemd has started it so many times more, and it runs. */
  async restarted(times: number): Promise<void> {
    const isBack = async (): Promise<boolean> =>
      (await this.restarts()) >= times && (await this.shown("ActiveState")) === "active";
    await until(isBack, `${this.unit} runs again`);
  }
}
