import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { Server, Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Test } from "tap";
import { aFolder } from "../sockets/daemon.ts";
import { lead, type Place } from "../processes/lead.ts";
import { laidOut, type MachineFile, SANDBOX } from "./sandbox.ts";
import { until } from "../sockets/until.ts";

const run = promisify(execFile);
const RELAY = fileURLToPath(new URL("./relay.ts", import.meta.url));
const COMMAND_DEADLINE_MS = 60_000;
/** As a login on such a machine has it. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A machine with a systemd and a network of its own, and ways between that and ours. */
export class Machine {
  /** Everything that its first command said. */
  said = "";
  readonly #t: Test;
  readonly #boot: ChildProcess;
  /** Of its first process, as it is seen from here. */
  readonly #init: number;
  /** Where its sockets and ours meet. */
  readonly #folder: string;
  #ways = 0;

  private constructor(t: Test, boot: ChildProcess, init: number, folder: string) {
    this.#t = t;
    this.#boot = boot;
    this.#init = init;
    this.#folder = folder;
  }

  /** Boots it; it runs until `end`, or the end of the test. It has the files of this machine, and those given. */
  static async boot(t: Test, files: Readonly<Record<string, MachineFile>>): Promise<Machine> {
    const folder = aFolder(t);
    // Ready when it says so; then it waits for the end of its input.
    const command = ["/bin/sh", "-c", "echo booted; exec cat"];
    const boot = spawn(SANDBOX, ["--files", laidOut(t, files), "--", ...command], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    boot.stdout?.on("data", (bytes: Buffer) => (said += bytes.toString()));
    await until(() => said.includes("booted") || boot.exitCode !== null, "the machine is up");
    const machine = new Machine(t, boot, initUnder(boot.pid ?? 0), folder);
    t.teardown(() => machine.end());
    return machine;
  }

  /** Runs a command on it and returns what it says. Rejects when it fails. */
  async run(...command: readonly string[]): Promise<string> {
    const inside = ["-t", String(this.#init), "-m", "-p", "-C", "-u", "-i", "-n", "-r", "-w", "--"];
    const options = { timeout: COMMAND_DEADLINE_MS, env: { PATH } };
    const { stdout } = await run("nsenter", [...inside, ...command], options);
    return stdout;
  }

  /** A port of ours that leads to one of its 127.0.0.1. */
  async reach(port: number): Promise<number> {
    const path = this.#path();
    await this.#relay(path, `127.0.0.1:${port}`);
    const server = await this.#lead({ host: "127.0.0.1", port: 0 }, { path });
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  /** What connects to this address there comes out at a port of our 127.0.0.1. */
  async offer(host: string, port: number, to: number): Promise<void> {
    const path = this.#path();
    await this.#lead({ path }, { host: "127.0.0.1", port: to });
    await this.#relay(`${host}:${port}`, path);
  }

  /** Cuts its power. */
  async end(): Promise<void> {
    if (this.#boot.exitCode !== null) return;
    this.#boot.stdin?.end();
    await once(this.#boot, "exit");
  }

  async #lead(from: Place, to: Place): Promise<Server> {
    const server = lead(from, to);
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket));
    this.#t.teardown(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    await once(server, "listening");
    return server;
  }

  #path(): string {
    this.#ways += 1;
    return join(this.#folder, String(this.#ways));
  }

  async #relay(from: string, to: string): Promise<void> {
    const args = ["-t", String(this.#init), "-n", "--", process.execPath, RELAY, from, to];
    const relay = spawn("nsenter", args, { stdio: ["ignore", "pipe", "inherit"], env: {} });
    this.#t.teardown(() => relay.kill("SIGKILL"));
    await once(relay.stdout, "data");
  }
}

/** The process below this one that is the first of its own world. */
function initUnder(ancestor: number): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), status: statusOf(pid) }));
  const parents = new Map(processes.map(({ pid, status }) => [pid, Number(/^PPid:\s*(\d+)/m.exec(status)?.[1])]));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent > 1 && (parent === ancestor || isBelow(parent));
  };
  const init = processes.find(({ pid, status }) => /^NSpid:.*\t1$/m.test(status) && isBelow(pid));
  if (!init) throw new Error("the machine has no first process");
  return init.pid;
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
