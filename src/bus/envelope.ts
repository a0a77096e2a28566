import { z } from "zod";
import type { Entry } from "../domain/entry.ts";
import type { NameKey } from "../domain/names.ts";
import { FIRST_CODES, NOWHERE, STANDINGS } from "../ports/absence.ts";
import type { ClusterMessage, Whereabouts } from "../ports/cluster-message.ts";

/** Version of the messages that this node writes. */
const VERSION = 1;
/** Versions of the messages that this node reads: during an upgrade, nodes of the previous version are there. */
const READ_VERSIONS: readonly number[] = [VERSION - 1, VERSION];

const id = z.int().nonnegative();
// Nodes of the previous version do not understand an entry with `ref`, and read it from the database.
const entry = z.tuple([id, id, id, id, id.nullable(), z.string(), z.string(), id.optional()]);
const person = z.tuple([id, z.string(), z.string(), z.string(), id, z.array(z.tuple([id, id]))]);
/**
 * Of a person who is away: rooms, the current one, others with rights, what was seen, until when, whether only a code
 * brings back. */
const away = z.tuple([id, z.array(id), id.nullable(), z.array(id).nullable(), z.int(), id, z.boolean()]);
/** Of a person who has come back: the numbers of their codes. */
const codes = z.tuple([id, z.array(id)]);

/** Messages as they are sent: short names, numbers and arrays, because the bus takes few bytes. */
const wire = z.discriminatedUnion("t", [
  // Nodes that do not know `b` leave it out, and ignore it.
  z.object({ t: z.literal("e"), s: id, b: id.nullish(), e: z.array(entry) }),
  z.object({ t: z.literal("l"), s: id }),
  // Nodes that do not know `a` show who is away as logged in.
  z.object({
    t: z.literal("p"),
    n: id,
    v: id,
    b: id,
    i: id,
    of: id,
    h: z.array(person),
    g: z.array(id),
    a: z.array(away).optional(),
    c: z.array(codes).optional(),
  }),
  z.object({ t: z.literal("w"), id: z.string(), to: id, from: id, a: z.string(), x: z.string() }),
  z.object({ t: z.literal("h"), id: z.string(), y: z.boolean() }),
  z.object({ t: z.literal("g"), id: z.string(), to: id, a: z.string(), s: z.boolean().optional() }),
]);
type Wire = z.infer<typeof wire>;

/**
 * Returns a message as texts of up to `maxBytes` bytes, each `VERSION:NODE:JSON`. Entries that do not fit are split, or
 * told as "look there"; any other message that does not fit is dropped, as if the bus had lost it.
 */
export function encode(message: ClusterMessage, node: number, maxBytes: number): string[] {
  const text = toText(toWire(message), node);
  if (Buffer.byteLength(text) <= maxBytes) return [text];
  if (message.type !== "entries") return [];
  if (message.entries.length < 2) return [toText({ t: "l", s: message.stream }, node)];
  const half = Math.ceil(message.entries.length / 2);
  const [first, second] = [message.entries.slice(0, half), message.entries.slice(half)];
  return [
    ...encode({ ...message, entries: first }, node, maxBytes),
    ...encode({ ...message, previousAtMicros: first.at(-1)?.atMicros ?? null, entries: second }, node, maxBytes),
  ];
}

/** Returns null for a message of this node itself. Throws where the text is not understood. */
export function decode(text: string, node: number): ClusterMessage | null {
  const [, version, from, json = ""] = /^(\d+):(\d+):(.*)$/s.exec(text) ?? [];
  if (!READ_VERSIONS.includes(Number(version))) throw new Error(`a message of version ${version}`);
  if (Number(from) === node) return null;
  return fromWire(wire.parse(JSON.parse(json)));
}

function toText(message: Wire, node: number): string {
  return `${VERSION}:${node}:${JSON.stringify(message)}`;
}

function toWire(message: ClusterMessage): Wire {
  switch (message.type) {
    case "entries":
      return {
        t: "e",
        s: message.stream,
        b: message.previousAtMicros,
        e: message.entries.map(toWireEntry),
      };
    case "changed":
      return { t: "l", s: message.stream };
    case "people":
      return {
        t: "p",
        n: message.node,
        v: message.version,
        b: message.previous,
        i: message.part,
        of: message.parts,
        h: message.here.map(({ id, name, address, sinceMicros, rooms }) => [
          id,
          name.key,
          name.shown,
          address,
          sinceMicros,
          [...rooms],
        ]),
        g: [...message.gone],
        ...awayToWire(message.here),
        ...codesToWire(message.here),
      };
    case "whisper":
      return { t: "w", id: message.id, to: message.to, from: message.from, a: message.author, x: message.text };
    case "ack":
      return { t: "h", id: message.id, y: message.isThere };
    case "probe":
      return { t: "g", id: message.id, to: message.to, a: message.address, s: message.isSame };
  }
}

function toWireEntry({ pos, seq, atMicros, kind, authorId, author, body, ref }: Entry): z.infer<typeof entry> {
  if (ref === null) return [pos, seq, atMicros, kind, authorId, author, body];
  return [pos, seq, atMicros, kind, authorId, author, body, ref];
}

function fromWire(message: Wire): ClusterMessage {
  switch (message.t) {
    case "e":
      return {
        type: "entries",
        stream: message.s,
        previousAtMicros: message.b ?? null,
        entries: message.e.map(([pos, seq, atMicros, kind, authorId, author, body, ref = null]) => ({
          stream: message.s,
          pos,
          seq,
          atMicros,
          kind,
          authorId,
          author,
          body,
          ref,
        })),
      };
    case "l":
      return { type: "changed", stream: message.s };
    case "p": {
      const awayOf = new Map(message.a?.map(awayFromWire));
      const codesOf = new Map(message.c);
      return {
        type: "people",
        node: message.n,
        version: message.v,
        previous: message.b,
        part: message.i,
        parts: message.of,
        here: message.h.map(([session, key, shown, address, sinceMicros, rooms]) => ({
          id: session,
          // The sender made the key by `parseUserName`.
          name: { key: key as NameKey, shown },
          address,
          sinceMicros,
          codes: codesOf.get(session) ?? FIRST_CODES,
          rooms: new Map(rooms),
          ...awayOf.get(session),
        })),
        gone: message.g,
      };
    }
    case "w":
      return {
        type: "whisper",
        id: message.id,
        to: message.to,
        from: message.from,
        author: message.a,
        text: message.x,
      };
    case "h":
      return { type: "ack", id: message.id, isThere: message.y };
    case "g":
      return { type: "probe", id: message.id, to: message.to, address: message.a, isSame: message.s === true };
  }
}

/** Most people have not come back yet: then there is nothing to send. */
function codesToWire(people: readonly Whereabouts[]): { c?: z.infer<typeof codes>[] } {
  const all = people.filter((person) => person.codes.at(-1) !== FIRST_CODES[0]);
  return all.length > 0 ? { c: all.map(({ id: session, codes: numbers }) => [session, [...numbers]]) } : {};
}

/** Nobody is away in most messages: then there is nothing to send. */
function awayToWire(people: readonly Whereabouts[]): { a?: z.infer<typeof away>[] } {
  const all = people.flatMap(({ id: session, away: left }): z.infer<typeof away>[] => {
    if (!left) return [];
    const { rooms, current, hasRightsIn, seenMicros, untilMicros, needsCode } = left;
    return [[session, [...rooms], current, hasRightsIn && [...hasRightsIn], seenMicros, untilMicros, needsCode]];
  });
  return all.length > 0 ? { a: all } : {};
}

function awayFromWire([session, ...left]: z.infer<typeof away>): [number, Pick<Whereabouts, "away">] {
  const [rooms, current, hasRightsIn, seenMicros, untilMicros, needsCode] = left;
  // The rest is read by who comes back.
  const unknown = { ...NOWHERE, standing: STANDINGS.unknown };
  return [session, { away: { ...unknown, rooms, current, hasRightsIn, seenMicros, untilMicros, needsCode } }];
}
