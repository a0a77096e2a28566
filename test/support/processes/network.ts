import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import type { Test } from "tap";
import { type Part, runs } from "../../../tools/parts.ts";

/** Networks of their own for processes: needs root and iproute2. */
export const netns: Part = {
  name: "netns",
  isHere: () => {
    const name = `chatd-try-${process.pid}`;
    return runs("ip", ["netns", "add", name]) && runs("ip", ["netns", "del", name]);
  },
};

interface Ports {
  readonly first: number;
  readonly last: number;
}

/** Another machine, for all that the network can tell. */
export class Machine {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** With nothing but its loopback; gone when the test ends. */
  static start(t: Test): Machine {
    const name = `chatd-test-${process.pid}`;
    ip("netns", "add", name);
    t.teardown(() => ip("netns", "del", name));
    const machine = new Machine(name);
    machine.ip("link", "set", "lo", "up");
    return machine;
  }

  /** The command that runs another one there. */
  get within(): string[] {
    return ["ip", "netns", "exec", this.#name];
  }

  /** `ip`, there. */
  ip(...args: readonly string[]): void {
    ip("-netns", this.#name, ...args);
  }

  /** Moves a link of this machine there. */
  take(link: string): void {
    ip("link", "set", link, "netns", this.#name);
  }

  /** From now on its programs connect from these ports. */
  connectFrom({ first, last }: Ports): void {
    this.setting("net.ipv4.ip_local_port_range", `${first} ${last}`);
  }

  /** Drops what its programs send from these ports, as a router does that was started anew, and nobody is told. */
  dropFrom({ first, last }: Ports): void {
    this.ip("rule", "add", "priority", "1", "ipproto", "tcp", "sport", `${first}-${last}`, "blackhole");
  }

  /** Number of packets that were dropped so. */
  droppedPackets(): number {
    const [names = "", values = ""] = this.#read("/proc/net/snmp")
      .split("\n")
      .filter((line) => line.startsWith("Ip:"));
    return Number(values.split(" ")[names.split(" ").indexOf("OutNoRoutes")]);
  }

  #read(path: string): string {
    return execFileSync("ip", ["netns", "exec", this.#name, "cat", path], { encoding: "utf8" });
  }

  /** Sets a setting of its kernel. */
  setting(name: string, value: string): void {
    execFileSync("ip", ["netns", "exec", this.#name, "sysctl", "-qw", `${name}=${value}`]);
  }

  /** Runs a program there; it is killed when the test ends. */
  run(t: Test, command: string, ...args: readonly string[]): ChildProcess {
    const [first = "", ...rest] = [...this.within, command, ...args];
    const child = spawn(first, rest, { stdio: ["pipe", "pipe", "inherit"] });
    t.teardown(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    });
    return child;
  }
}

/** A cable to another machine. */
export class Cable {
  /** This machine's address on it. */
  readonly address: string;
  readonly #machine: Machine;
  readonly #there: string;

  constructor(address: string, machine: Machine, there: string) {
    this.address = address;
    this.#machine = machine;
    this.#there = there;
  }

  /** Gone when the test ends. Its addresses are of those that are kept for tests (RFC 2544). */
  static plugIn(t: Test, machine: Machine): Cable {
    const [here, there] = [`cdh${process.pid}`, `cdt${process.pid}`];
    const net = `198.18.${(process.pid >> 6) & 255}.`;
    const host = (process.pid & 63) * 4;
    ip("link", "add", here, "type", "veth", "peer", "name", there);
    t.teardown(() => runs("ip", ["link", "del", here]));
    machine.take(there);
    ip("address", "add", `${net}${host + 1}/30`, "dev", here);
    machine.ip("address", "add", `${net}${host + 2}/30`, "dev", there);
    ip("link", "set", here, "up");
    machine.ip("link", "set", there, "up");
    return new Cable(`${net}${host + 1}`, machine, there);
  }

  /** From now on nothing gets through, in either direction, and nobody is told. */
  unplug(): void {
    this.#machine.ip("link", "set", this.#there, "down");
  }

  plugBackIn(): void {
    this.#machine.ip("link", "set", this.#there, "up");
  }
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}
