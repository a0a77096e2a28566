import { COMMANDS, PIECES } from "../../../tools/wild-bytes.ts";

/** What a hostile session does, in order. `deaf`: it reads nothing from there on. The last two end it. */
export type HostileStep = Buffer | "deaf" | "end" | "reset";

const NAMES = Array.from({ length: 40 }, (_, i) => `n${i}`);
const ROOMS = ["lobby", "r1", "r2", "r3", "R1", "no-such-room", "!"];
const WORDS = [
  "hello",
  "я",
  "\u001b[2J",
  "\u009b31m",
  "\u202e",
  "x".repeat(300),
  "<b>",
  "%s",
  "'; drop table entries; --",
];
const FOREIGN = [
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "SSH-2.0-OpenSSH_9.2\r\n",
  "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
  "\u0016\u0003\u0001\u0002\u0000\u0001",
];

/** Numbers that look random and come again with the same seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  of<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error("nothing to choose from");
    return choice;
  }
}

/** One session of somebody who means no good: most log in, and what follows is anything. */
export function hostileSession(chance: Chance): HostileStep[] {
  const steps: HostileStep[] = [];
  if (chance.below(4) > 0) steps.push(Buffer.from(`${chance.of(NAMES)}\r\n`));
  const count = 1 + chance.below(8);
  for (let i = 0; i < count; i++) steps.push(step(chance));
  steps.push(chance.of(["end", "reset"]));
  return steps;
}

function step(chance: Chance): HostileStep {
  const kind = chance.below(100);
  if (kind < 35) return Buffer.from(`${command(chance)}${chance.of(["\r\n", "\n", "\r\0", ""])}`);
  if (kind < 75) return wild(chance);
  if (kind < 85) return Buffer.from(`${chance.of(WORDS)} ${chance.of(WORDS)}\r\n`);
  if (kind < 90) return Buffer.from("x".repeat(chance.of([2047, 2048, 2049, 5000])) + chance.of(["\r\n", ""]));
  if (kind < 91) return Buffer.from("x".repeat(33 * 1024));
  if (kind < 96) return Buffer.from(chance.of(FOREIGN), "latin1");
  return kind < 98 ? "deaf" : Buffer.alloc(0);
}

function wild(chance: Chance): Buffer {
  const parts = Array.from({ length: 1 + chance.below(12) }, () => {
    const kind = chance.below(8);
    if (kind < 4) return chance.of(PIECES);
    if (kind < 6) return chance.of(COMMANDS);
    return Buffer.from(Array.from({ length: chance.below(6) }, () => chance.below(256)));
  });
  return Buffer.concat(parts);
}

function command(chance: Chance): string {
  const [name, room, word] = [chance.of(NAMES), chance.of(ROOMS), chance.of(WORDS)];
  return chance.of([
    `/create ${room}`,
    `/create_private ${room}`,
    `/join ${room}`,
    `/leave ${room}`,
    `/destroy ${room}`,
    `/invite ${name}`,
    `/kick ${name}`,
    `/ban ${name} 1s ${word}`,
    `/unban ${name}`,
    `/bans ${room}`,
    `/ignore ${name}`,
    `/unignore ${name}`,
    `/op ${name}`,
    `/deop ${name}`,
    `/topic ${word}`,
    `/whisper ${name} ${word}`,
    `/reply ${word}`,
    `/me ${word}`,
    `/history ${chance.below(200)} ${room}`,
    `/users ${room}`,
    "/users",
    "/rooms",
    "/help",
    "/set time on",
    `/${word}`,
    "//",
    "/quit",
  ]);
}

const ESCAPE = "\u001b";
const DRAWING = new RegExp(`${ESCAPE}\\[(?:\\d+[AB]|H${ESCAPE}\\[2J|J)|\u0008 \u0008|\\r(?!\\n)`, "g");

/**
 * What of this output could do something to a terminal, beside what chatd does itself: telnet commands, which a peer that
 * sent some gets back, and the half-typed line (up, down, to the left, erase).
 */
export function withoutDrawing(output: Buffer): Buffer {
  const text = output.toString("latin1").replaceAll(/\u00ff[\u00fb-\u00fe][^]/g, "");
  return Buffer.from(text.replaceAll(DRAWING, ""), "latin1");
}
