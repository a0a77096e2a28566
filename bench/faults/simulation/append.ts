import { closesStream, isMessage, kinds, movesRights, SERVER_STREAM } from "../../../src/domain/entry.ts";
import { hasOtherPast } from "../../../src/streams/divergence.ts";
import type { Moment } from "./moment.ts";
import type { HeadRow, Tables } from "./tables.ts";

interface Draft {
  readonly stream: number;
  readonly rules: number;
  readonly kind: number;
  readonly authorId: number | null;
  readonly author: string;
  readonly body: string;
  /** As in `StreamRow`. */
  readonly rights: unknown;
}

type Values = readonly unknown[];
type Row = Readonly<Record<string, unknown>>;

/** What the function of the database does that appends a batch (src/postgres/append-4.ts). */
export function append(tables: Tables, now: Moment, values: Values): Row {
  const [node, batch, version] = values.map(Number) as [number, number, number];
  const drafts = toDrafts(values);
  const known = tables.appends.get(appendKey(node, batch));
  if (known) return known.heads ? toRow("repeat", known.at, known.heads) : { state: "past" };
  const row = tables.nodes.get(node);
  if (!row) return { state: "fenced" };
  if ([...tables.appends.values()].some((one) => one.node === node && one.batch > batch)) return { state: "late" };
  if (row.roster < version) {
    // For ever: an earlier attempt may run when the node has compared its people.
    tables.appends.set(appendKey(node, batch), { node, batch, at: now.micros, heads: null });
    return { state: "past" };
  }
  const strays = straysOf(tables, values);
  const heads = headsOf(
    tables,
    drafts.filter(({ stream }) => !strays.has(stream)),
  );
  const at = now.after(Math.max(0, ...[...heads.values()].map((head) => head.at ?? 0)));
  const places = new Map([...heads].map(([stream, { pos, seq }]) => [stream, { pos, seq }]));
  for (const draft of drafts) {
    const place = places.get(draft.stream);
    if (!place) continue;
    place.pos += 1;
    if (isMessage(draft.kind)) place.seq += 1;
    const { stream, kind, authorId, author, body } = draft;
    const entry = {
      stream_id: stream,
      ...place,
      at,
      trueMs: now.trueMs,
      kind,
      author_id: authorId,
      author,
      body,
      ref: null,
    };
    tables.entriesOf(stream).push(entry);
    if (kind === kinds.topic) change(tables, stream, { topic: body });
    if (movesRights(kind)) move(tables, now, draft);
  }
  tables.appends.set(appendKey(node, batch), { node, batch, at, heads });
  return toRow("stored", at, heads);
}

function appendKey(node: number, batch: number): string {
  return `${node} ${batch}`;
}

/** An entry of the stream of the whole server. */
export function tell(tables: Tables, now: Moment, kind: number, body: string): void {
  const rows = tables.entriesOf(SERVER_STREAM);
  const { pos = 0, seq = 0, at = 0 } = rows.at(-1) ?? {};
  const place = { stream_id: SERVER_STREAM, pos: pos + 1, seq, at: now.after(at), trueMs: now.trueMs };
  rows.push({ ...place, kind, author_id: null, author: "chatd", body, ref: null });
}

/** Streams that have another entry at the node's mark, or none, and did not delete it. */
function straysOf(tables: Tables, [, , , ids, positions, times]: Values): ReadonlySet<number> {
  const [poss, ats] = [positions as readonly number[], times as readonly number[]];
  const strays = (ids as readonly number[]).filter((id, i) => {
    const entries = tables.entriesOf(id);
    const mark = { pos: poss[i] ?? 0, atMicros: ats[i] ?? 0 };
    const atMicros = entries.find(({ pos }) => pos === mark.pos)?.at ?? null;
    return hasOtherPast({ stream: id, pos: entries.at(-1)?.pos ?? 0, atMicros }, mark);
  });
  return new Set(strays);
}

function toDrafts(values: Values): Draft[] {
  // In the order of the function's parameters.
  const [, , , , , , streams, rules, itsKinds, authorIds, authors, bodies, rights] = values as [
    number,
    number,
    number,
    number[],
    number[],
    number[],
    number[],
    number[],
    number[],
    (number | null)[],
    string[],
    string[],
    (string | null)[] | null,
  ];
  return streams.map((stream, i) => {
    const json = rights?.[i] ?? null;
    return {
      stream,
      rules: rules[i] ?? 0,
      kind: itsKinds[i] ?? 0,
      authorId: authorIds[i] ?? null,
      author: authors[i] ?? "",
      body: bodies[i] ?? "",
      rights: json === null ? null : JSON.parse(json),
    };
  });
}

/** Where the streams stand that take something: they are open, and everything of the batch was judged by their rules. */
function headsOf(tables: Tables, drafts: readonly Draft[]): Map<number, HeadRow> {
  const heads = new Map<number, HeadRow>();
  for (const [stream, own] of Map.groupBy(drafts, (draft) => draft.stream)) {
    const row = tables.streams.get(stream);
    if (!row || row.isClosed || own.some(({ rules }) => rules !== row.rules)) continue;
    const { pos = 0, seq = 0, at = null } = tables.entriesOf(stream).at(-1) ?? {};
    heads.set(stream, { pos, seq, at });
  }
  return heads;
}

function move(tables: Tables, now: Moment, { stream, kind, rights }: Draft): void {
  const row = tables.streams.get(stream);
  if (!row) return;
  const isClosed = closesStream(kind);
  tables.streams.set(stream, { rules: row.rules + 1, rights, isClosed });
  if (!isClosed) return;
  change(tables, stream, { isDestroyed: true });
  tell(tables, now, kinds.roomEnded, String(stream));
}

function change(tables: Tables, id: number, more: { readonly topic?: string; readonly isDestroyed?: boolean }): void {
  const room = tables.rooms.get(id);
  if (room) tables.rooms.set(id, { ...room, ...more });
}

function toRow(state: string, at: number, heads: ReadonlyMap<number, HeadRow>): Row {
  const streams = [...heads.keys()];
  if (streams.length === 0) return { state, streams: null, poss: null, seqs: null, at };
  const places = [...heads.values()];
  const befores = places.map((place) => place.at);
  return { state, streams, poss: places.map(({ pos }) => pos), seqs: places.map(({ seq }) => seq), befores, at };
}
