import { z } from "zod";
import type { NameKey } from "../domain/names.ts";
import type { ClusterMessage } from "../ports/cluster-message.ts";

/** What nodes of this version write. */
const VERSION = 1;
/** What they read: while a cluster is upgraded, nodes of the version before it are there, too. The schema below reads both. */
const READ_VERSIONS: readonly number[] = [VERSION - 1, VERSION];

const id = z.int().nonnegative();
const entry = z.tuple([id, id, id, id, id.nullable(), z.string(), z.string()]);
const person = z.tuple([id, z.string(), z.string(), z.string(), id, z.array(z.tuple([id, id]))]);

/** News by their short names; numbers and arrays, because the bus takes few bytes. */
const wire = z.discriminatedUnion("t", [
  // `b` is new: nodes that do not know it leave it out, and pass over it.
  z.object({ t: z.literal("e"), s: id, b: id.nullish(), e: z.array(entry) }),
  z.object({ t: z.literal("l"), s: id }),
  z.object({ t: z.literal("p"), n: id, v: id, b: id, i: id, of: id, h: z.array(person), g: z.array(id) }),
  z.object({ t: z.literal("w"), id: z.string(), to: id, from: id, a: z.string(), x: z.string() }),
  z.object({ t: z.literal("h"), id: z.string(), y: z.boolean() }),
  z.object({ t: z.literal("g"), id: z.string(), to: id, a: z.string() }),
]);
type Wire = z.infer<typeof wire>;

/**
 * News as messages of up to `maxBytes`: `VERSION:NODE:JSON`. What does not fit is told as "look there", or not at all:
 * whoever misses it finds it in the store.
 */
export function encode(news: ClusterMessage, node: number, maxBytes: number): string[] {
  const message = toMessage(toWire(news), node);
  if (Buffer.byteLength(message) <= maxBytes) return [message];
  if (news.type !== "entries") return [];
  if (news.entries.length < 2) return [toMessage({ t: "l", s: news.stream }, node)];
  const half = Math.ceil(news.entries.length / 2);
  const [first, second] = [news.entries.slice(0, half), news.entries.slice(half)];
  return [
    ...encode({ ...news, entries: first }, node, maxBytes),
    ...encode({ ...news, previousAtMicros: first.at(-1)?.atMicros ?? null, entries: second }, node, maxBytes),
  ];
}

/** Null: it comes from this node itself. Throws where it is not understood. */
export function decode(message: string, node: number): ClusterMessage | null {
  const [, version, from, json = ""] = /^(\d+):(\d+):(.*)$/s.exec(message) ?? [];
  if (!READ_VERSIONS.includes(Number(version))) throw new Error(`a message of version ${version}`);
  if (Number(from) === node) return null;
  return fromWire(wire.parse(JSON.parse(json)));
}

function toMessage(message: Wire, node: number): string {
  return `${VERSION}:${node}:${JSON.stringify(message)}`;
}

function toWire(news: ClusterMessage): Wire {
  switch (news.type) {
    case "entries":
      return {
        t: "e",
        s: news.stream,
        b: news.previousAtMicros,
        e: news.entries.map(({ pos, seq, atMicros, kind, authorId, author, body }) => [
          pos,
          seq,
          atMicros,
          kind,
          authorId,
          author,
          body,
        ]),
      };
    case "look":
      return { t: "l", s: news.stream };
    case "people":
      return {
        t: "p",
        n: news.node,
        v: news.version,
        b: news.previous,
        i: news.part,
        of: news.parts,
        h: news.here.map(({ id, name, address, sinceMicros, rooms }) => [
          id,
          name.key,
          name.shown,
          address,
          sinceMicros,
          [...rooms],
        ]),
        g: [...news.gone],
      };
    case "whisper":
      return { t: "w", id: news.id, to: news.to, from: news.from, a: news.author, x: news.text };
    case "heard":
      return { t: "h", id: news.id, y: news.isThere };
    case "ghost":
      return { t: "g", id: news.id, to: news.to, a: news.address };
  }
}

function fromWire(message: Wire): ClusterMessage {
  switch (message.t) {
    case "e":
      return {
        type: "entries",
        stream: message.s,
        previousAtMicros: message.b ?? null,
        entries: message.e.map(([pos, seq, atMicros, kind, authorId, author, body]) => ({
          stream: message.s,
          pos,
          seq,
          atMicros,
          kind,
          authorId,
          author,
          body,
        })),
      };
    case "l":
      return { type: "look", stream: message.s };
    case "p":
      return {
        type: "people",
        node: message.n,
        version: message.v,
        previous: message.b,
        part: message.i,
        parts: message.of,
        here: message.h.map(([session, key, shown, address, sinceMicros, rooms]) => ({
          id: session,
          // Its node made it by `parseUserName`.
          name: { key: key as NameKey, shown },
          address,
          sinceMicros,
          rooms: new Map(rooms),
        })),
        gone: message.g,
      };
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
      return { type: "heard", id: message.id, isThere: message.y };
    case "g":
      return { type: "ghost", id: message.id, to: message.to, address: message.a };
  }
}
