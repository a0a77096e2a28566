import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { Server } from "./target.ts";

/** How many people talk where, and how. */
export interface Size {
  readonly rooms: number;
  readonly people: number;
  /** Over all rooms. */
  readonly inFlight: number;
  /** Two people more talk in a room of their own: one says a line so long after the last one came, in milliseconds. */
  readonly pairEveryMs?: number;
}

/** What the load counted between the beginning and the end of what is measured. */
export interface Counted {
  readonly seconds: number;
  readonly deliveries: number;
  readonly lines: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the pair; 0: there is none. */
  readonly pairP50Ms: number;
  readonly pairP99Ms: number;
}

/** `bench/native/load.c` at work: it costs less than a load in JavaScript, so that the server is what is measured. */
export class NativeTalk {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #exit: Promise<unknown[]>;
  #problem = "";

  private constructor(child: ChildProcess, output: Interface) {
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#lines = output[Symbol.asyncIterator]();
    this.#exit = once(child, "exit");
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#problem += text;
    });
  }

  /** Resolves when everybody is in, and talks. */
  static async start(program: string, server: Server, size: Size): Promise<NativeTalk> {
    const { rooms, people, inFlight, pairEveryMs = 0 } = size;
    const ports = server.nodes.map(({ port }) => port);
    const child = spawn(program, [server.dialect, ...[rooms, people, inFlight, pairEveryMs, ...ports].map(String)]);
    const talk = new NativeTalk(child, createInterface(child.stdout));
    await talk.#next();
    return talk;
  }

  begin(): void {
    this.#child.stdin?.write("begin\n");
  }

  /** Resolves with what was counted since `begin`. People stop talking. */
  async end(): Promise<Counted> {
    this.#child.stdin?.write("end\n");
    return JSON.parse(await this.#next()) as Counted; // load.c prints it
  }

  /** Fails unless everybody got as many bytes as the lines due to them have. */
  async verify(): Promise<void> {
    const [code] = await this.#exit;
    if (code !== 0) throw new Error(this.#problem.trim() || "the load ended early");
  }

  async #next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done !== true) return value;
    await this.verify();
    throw new Error("the load ended early");
  }
}
