import type { Chance } from "../../test/support/sockets/hostile.ts";
import { COMMANDS, PIECES } from "../../tools/wild-bytes.ts";

const MOST_BYTES = 40_000;

type Mutation = (chance: Chance, input: Buffer, seeds: readonly Buffer[]) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  // Flip a bit.
  (chance, input) => {
    const copy = Buffer.from(input);
    if (copy.length > 0) {
      const at = chance.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8));
    }
    return copy;
  },
  // Cut something out.
  (chance, input) => {
    const [from, to] = range(chance, input);
    return Buffer.concat([input.subarray(0, from), input.subarray(to)]);
  },
  // Repeat something.
  (chance, input) => {
    const [from, to] = range(chance, input);
    const part = input.subarray(from, to);
    const times = Array.from({ length: 1 + chance.below(chance.below(4) === 0 ? 400 : 4) }, () => part);
    return Buffer.concat([input.subarray(0, to), ...times, input.subarray(to)]);
  },
  // Put something in that means something.
  (chance, input) => insert(chance, input, chance.below(2) === 0 ? chance.of(PIECES) : chance.of(COMMANDS)),
  // Put any bytes in, or the end of a packet.
  (chance, input) => insert(chance, input, Buffer.from([chance.below(4) === 0 ? 0x1e : chance.below(256)])),
  // The beginning of one and the end of another.
  (chance, input, seeds) => {
    const other = chance.of(seeds);
    return Buffer.concat([
      input.subarray(0, chance.below(input.length + 1)),
      other.subarray(chance.below(other.length + 1)),
    ]);
  },
];

/** One of the seeds, changed in a few places. */
export function mutate(chance: Chance, seeds: readonly Buffer[]): Buffer {
  let input = chance.of(seeds);
  const times = 1 + chance.below(6);
  for (let i = 0; i < times; i++) input = chance.of(MUTATIONS)(chance, input, seeds);
  return input.subarray(0, MOST_BYTES);
}

/** Takes away what can be taken away while `isBroken` stays true. */
export async function shrink(input: Buffer, isBroken: (candidate: Buffer) => Promise<boolean>): Promise<Buffer> {
  let small = input;
  for (let size = Math.ceil(small.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < small.length;) {
      const candidate = Buffer.concat([small.subarray(0, at), small.subarray(at + size)]);
      if (await isBroken(candidate)) small = candidate;
      else at += size;
    }
  }
  return small;
}

function range(chance: Chance, input: Buffer): [from: number, to: number] {
  const from = chance.below(input.length + 1);
  return [from, from + chance.below(Math.min(input.length - from, 64) + 1)];
}

function insert(chance: Chance, input: Buffer, what: Buffer): Buffer {
  const at = chance.below(input.length + 1);
  return Buffer.concat([input.subarray(0, at), what, input.subarray(at)]);
}
