import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Chance, hostileSession, withoutDrawing } from "../../test/support/sockets/hostile.ts";

const ROOMS = Array.from({ length: 12 }, (_, i) => `r${i}`);
/** Attackers make one more. */
const ALL_ROOMS = [...ROOMS, "no-such-room"];
/** Between two things that one person does. */
const THINK_MS = 1500;
const HOSTILE_EVERY_MS = 150;
const WITNESS_EVERY_MS = 500;
/** Two people who only talk to each other must not wait longer than this. */
const PATIENCE_MS = 5000;
/** Control characters as the bytes of their UTF-8: there is too much output to look at each character of it. */
const CONTROLS =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f]|\u00c2[\u0080-\u009f]|\u00e2\u0080[\u008b\u008e\u008f\u00a8-\u00ae]|\u00e2\u0081[\u00a0\u00a6-\u00a9]|\u00ef\u00bb\u00bf/;
const SLOW_MS = 15_000;
const GREED = 150;

/** People of every kind on one server, until they are told to leave. */
export class Life {
  readonly problems: string[] = [];
  readonly #port: number;
  readonly #people: number;
  readonly #chance: Chance;
  readonly #sockets = new Set<Socket>();
  readonly #counts = new Map<string, number>();
  #living: Promise<unknown> = Promise.resolve();
  #isOver = true;
  #born = 0;
  #slowestMs = 0;

  constructor(port: number, people: number, chance: Chance) {
    this.#port = port;
    this.#people = people;
    this.#chance = chance;
  }

  begin(): void {
    this.#isOver = false;
    const lives = Array.from({ length: this.#people }, () => this.#again(() => this.#person()));
    this.#living = Promise.all([...lives, this.#again(() => this.#hostile()), this.#witnesses()]);
  }

  /** Everybody leaves, and the same rooms are there as after every other life. */
  async end(rooms: () => Promise<string[]>): Promise<void> {
    this.#isOver = true;
    await this.#living;
    for (const socket of this.#sockets) socket.destroy();
    await this.#makeMissing(rooms);
  }

  summary(): string {
    const counts = [...this.#counts].map(([what, count]) => `${what} ${count}`).join(", ");
    return `${counts}. The slowest line between two who talk all along: ${Math.round(this.#slowestMs)} ms.`;
  }

  async #again(live: () => Promise<void>): Promise<void> {
    while (!this.#isOver) await live();
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: "127.0.0.1", allowHalfOpen: true });
    this.#sockets.add(socket);
    socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
    return socket;
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** One session, from coming in to leaving in one of the ways that there are. */
  async #person(): Promise<void> {
    const socket = this.#connect();
    socket.on("data", (chunk: Buffer) => this.#look(chunk));
    this.#count("sessions");
    // Some have a terminal that is sent each key, and most have not.
    if (this.#chance.below(5) === 0) socket.write(Buffer.from("fffd01fffd03", "hex"));
    socket.write(`p${(this.#born += 1)}\r\n`);
    const deeds = 2 + this.#chance.below(20);
    for (let i = 0; i < deeds && !this.#isOver && !socket.destroyed; i++) {
      await sleep(this.#chance.below(2 * THINK_MS));
      socket.write(`${this.#deed()}\r\n`);
      if (this.#chance.below(40) === 0) await this.#readNothing(socket);
    }
    this.#leave(socket);
  }

  #look(chunk: Buffer): void {
    const [control] = CONTROLS.exec(withoutDrawing(chunk).toString("latin1")) ?? [];
    if (control !== undefined) this.problems.push(`${JSON.stringify(control)} came out`);
  }

  async #readNothing(socket: Socket): Promise<void> {
    this.#count("slow");
    socket.pause();
    // More than the kernel holds for somebody who does not read.
    socket.write("/history 100 lobby\r\n".repeat(GREED));
    for (let ms = 0; ms < SLOW_MS && !this.#isOver; ms += 500) await sleep(500);
    socket.resume();
  }

  #leave(socket: Socket): void {
    const way = this.#chance.of(["quit", "end", "drop", "half-open"] as const);
    this.#count(way);
    if (way === "quit") socket.write("/quit\r\n");
    if (way === "drop") socket.resetAndDestroy();
    else if (way !== "half-open") socket.end();
    // Half-open: it stays, says nothing and reads nothing, as one that has lost power; until the kernel's buffer is full.
    else setTimeout(() => socket.destroy(), this.#chance.below(60_000)).unref();
  }

  #deed(): string {
    const room = this.#chance.of(ROOMS);
    const somebody = `p${Math.max(1, this.#born - this.#chance.below(this.#people))}`;
    const what = this.#chance.below(100);
    if (what < 45) return `a line that somebody says, number ${this.#chance.below(1000)}`;
    if (what < 60) return "x".repeat(1900);
    return this.#chance.of([
      `/join ${room}`,
      `/join ${room}`,
      `/create ${room}`,
      `/create_private ${room}`,
      `/leave`,
      `/destroy ${room}`,
      `/invite ${somebody}`,
      `/kick ${somebody}`,
      // A ban is on the address, too, which everybody here has.
      `/ban ${somebody} 1s soon over`,
      `/op ${somebody}`,
      `/topic about ${this.#chance.below(100)}`,
      `/whisper ${somebody} psst`,
      `/ignore ${somebody}`,
      "/ignore",
      `/unignore ${somebody}`,
      `/bans ${room}`,
      "/me waves",
      `/history 100 ${room}`,
      "/users",
      "/rooms",
      "/set time on",
    ]);
  }

  async #hostile(): Promise<void> {
    this.#count("hostile");
    const socket = this.#connect();
    socket.on("data", () => {});
    for (const step of hostileSession(this.#chance)) {
      if (socket.destroyed || socket.writableEnded) break;
      if (step === "end") socket.end();
      else if (step === "reset") socket.resetAndDestroy();
      else if (step === "deaf") socket.pause();
      else await new Promise<void>((resolve) => socket.write(step, () => resolve()));
    }
    setTimeout(() => socket.destroy(), 5000).unref();
    await sleep(HOSTILE_EVERY_MS);
  }

  /** Two who are there all along and whisper to each other: what they wait is what everybody waits. */
  async #witnesses(): Promise<void> {
    const [one, two] = [this.#connect(), this.#connect()];
    let awaited = "";
    let tail = "";
    two.on("data", (chunk: Buffer) => {
      const all = tail + chunk.toString("latin1");
      if (all.includes(awaited)) awaited = "";
      tail = all.slice(-100);
    });
    one.on("data", () => {});
    one.write("witness_1\r\n");
    two.write("witness_2\r\n");
    await sleep(500);
    for (let i = 0; !this.#isOver; i++) {
      const line = `witness line ${i}.`;
      const startMs = performance.now();
      awaited = line;
      one.write(`/whisper witness_2 ${line}\r\n`);
      while (awaited !== "") {
        if (performance.now() - startMs > PATIENCE_MS) {
          this.problems.push(`a whisper took longer than ${PATIENCE_MS} ms`);
          break;
        }
        await sleep(2);
      }
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - startMs);
      await sleep(WITNESS_EVERY_MS);
    }
    one.end("/quit\r\n");
    two.end("/quit\r\n");
  }

  /** Rooms in which something was said stay when their makers have gone; those that are not there are made. */
  async #makeMissing(rooms: () => Promise<string[]>): Promise<void> {
    await sleep(1000);
    const there = await rooms();
    for (const room of ALL_ROOMS.filter((name) => !there.includes(name))) {
      const socket = this.#connect();
      socket.on("data", () => {});
      socket.write(`tidy_${(this.#born += 1)}\r\n/create ${room}\r\n`);
      await sleep(200);
      socket.end("/quit\r\n");
      await sleep(200);
    }
  }
}
