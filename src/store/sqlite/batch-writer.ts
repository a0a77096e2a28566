import { closesStream, isMessage, kinds, movesRights } from "../../domain/entry.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { Appended, BatchStart, Passed } from "../../ports/store.ts";
import { countEndedRoom } from "./applications.ts";
import type { Database } from "./database.ts";
import { changeMessage, changeRefusal } from "./messages.ts";
import { findNonce, noteNonce } from "./nonces.ts";

/** A batch by columns, which is the cheapest way to hand it to another thread. */
export interface BatchColumns {
  readonly number: number;
  readonly streams: readonly number[];
  readonly rightsVersions: readonly number[];
  readonly kinds: readonly number[];
  readonly authorIds: readonly (number | null)[];
  readonly authors: readonly string[];
  readonly bodies: readonly string[];
  /** As JSON; null for an entry that does not move the rights. */
  readonly rights: readonly (string | null)[];
  /** Null: no draft of the batch has any of these, as in most batches. */
  readonly extras: ExtraColumns | null;
}

export interface ExtraColumns {
  readonly refs: readonly (number | null)[];
  readonly expects: readonly (number | null)[];
  readonly nonces: readonly (Uint8Array | null)[];
  /** What tells a draft with another text from a repeat. */
  readonly prints: readonly (number | null)[];
}

/** The last entry of an open stream, and the version of its rights. */
interface OpenEnd {
  readonly rightsVersion: number;
  readonly pos: number;
  readonly seq: number;
  readonly atMicros: number;
}

/** The end of a stream that takes entries. `atMicros`: of the new entries; `previousAtMicros`: of the one before. */
interface Taker extends OpenEnd {
  readonly previousAtMicros: number | null;
}

/** A rights version that no stream ever has. */
const NO_VERSION = 0;

/** Writes batches, each in one transaction. */
export class BatchWriter {
  readonly #db: Database;
  readonly #node: number;
  readonly #nowMicros: () => number;
  /** Ends of the streams that were written to: nobody else writes to this file. Emptied when a batch fails. */
  readonly #ends = new Map<number, OpenEnd>();

  constructor(db: Database, node: number, nowMicros: () => number) {
    this.#db = db;
    this.#node = node;
    this.#nowMicros = nowMicros;
  }

  /** As `SqliteEngine.append`. */
  append(batch: BatchColumns): Appended {
    try {
      return this.#db.transaction("store a batch in", () => this.#appendOnce(batch));
    } catch (error) {
      this.#ends.clear();
      throw error;
    }
  }

  /** Streams are about to change without a batch. */
  forgetEnds(): void {
    this.#ends.clear();
  }

  #appendOnce(batch: BatchColumns): Appended {
    const last = this.#db.sql("select batch, heads, passed from appends where node_id = ?").get(this.#node);
    const lastNumber = Number(last?.["batch"] ?? 0);
    if (lastNumber === batch.number) {
      // They were made by `JSON.stringify` below.
      const [starts, passed] = [last?.["heads"], last?.["passed"] ?? "[]"].map((json) => JSON.parse(String(json)));
      return { starts: starts as BatchStart[], passed: passed as Passed[] };
    }
    if (lastNumber > batch.number) {
      throw new StoreError("broken", `store batch ${batch.number}: batch ${lastNumber} was stored after it`);
    }
    const takers = this.#takers(batch);
    const passed = this.#insert(batch, takers);
    const starts = [...takers].map(([stream, { pos, seq, atMicros, previousAtMicros }]) => ({
      stream,
      pos,
      seq,
      atMicros,
      previousAtMicros,
    }));
    this.#db
      .sql("insert or replace into appends (node_id, batch, heads, passed) values (?, ?, ?, ?)")
      .run(this.#node, batch.number, JSON.stringify(starts), passed.length === 0 ? null : JSON.stringify(passed));
    return { starts, passed };
  }

  /** Returns the streams that take their part of a batch: those whose rights version is the one of the drafts. */
  #takers(batch: BatchColumns): Map<number, Taker> {
    const versionOf = new Map<number, number>();
    for (const [i, stream] of batch.streams.entries()) {
      const version = batch.rightsVersions[i] ?? NO_VERSION;
      // The drafts were judged by different versions, of which one at most is the stream's: it takes nothing.
      versionOf.set(stream, (versionOf.get(stream) ?? version) === version ? version : NO_VERSION);
    }
    const nowMicros = this.#nowMicros();
    const takers = new Map<number, Taker>();
    for (const [stream, version] of versionOf) {
      const end = this.#ends.get(stream) ?? this.#readEnd(stream);
      if (end?.rightsVersion !== version) continue;
      takers.set(stream, {
        ...end,
        atMicros: Math.max(end.atMicros, nowMicros),
        previousAtMicros: end.pos === 0 ? null : end.atMicros,
      });
    }
    return takers;
  }

  /** Returns null where there is no such stream, or it is closed. */
  #readEnd(stream: number): OpenEnd | null {
    const row = this.#db
      .sql(
        `select s.rules, e.pos, e.seq, e.at from streams s
           left join entries e on e.stream_id = s.id and e.pos = (select max(pos) from entries where stream_id = s.id)
          where s.id = ? and s.closed = 0`,
      )
      .get(stream);
    if (!row) return null;
    const column = (name: string): number => Number(row[name] ?? 0);
    return { rightsVersion: column("rules"), pos: column("pos"), seq: column("seq"), atMicros: column("at") };
  }

  /** Returns the drafts that took no place. */
  #insert(batch: BatchColumns, ends: ReadonlyMap<number, OpenEnd>): Passed[] {
    const passed: Passed[] = [];
    const { extras } = batch;
    const insert = this.#db.sql(INSERT_ENTRY);
    const next = new Map(
      [...ends].map(([stream, { rightsVersion, pos, seq, atMicros }]) => [
        stream,
        { rightsVersion, pos, seq, atMicros },
      ]),
    );
    for (const [i, stream] of batch.streams.entries()) {
      const end = next.get(stream);
      if (!end) continue;
      const passes = extras && this.#passes(extras, i, stream, end);
      if (passes) {
        passed.push(passes);
        continue;
      }
      const kind = batch.kinds[i] ?? kinds.said;
      const body = batch.bodies[i] ?? "";
      end.pos += 1;
      if (isMessage(kind)) end.seq += 1;
      const [authorId, author] = [batch.authorIds[i] ?? null, batch.authors[i] ?? ""];
      insert.run(stream, end.pos, end.seq, end.atMicros, kind, authorId, author, body, extras?.refs[i] ?? null);
      if (extras) this.#applyExtras(extras, i, stream, end, kind, body);
      if (isMessage(kind)) continue;
      this.#applyTo(stream, kind, body, batch.rights[i] ?? null);
      if (movesRights(kind)) next.delete(stream);
    }
    for (const stream of ends.keys()) {
      const end = next.get(stream);
      if (end) this.#ends.set(stream, end);
      else this.#ends.delete(stream);
    }
    return passed;
  }

  /** Whether a draft takes no place. @param end the stream's end before it */
  #passes({ nonces, prints, refs, expects }: ExtraColumns, draft: number, stream: number, end: OpenEnd): Passed | null {
    const nonce = nonces[draft] ?? null;
    const first = nonce && findNonce(this.#db, stream, nonce, end.atMicros);
    if (first) {
      const { print, ...where } = first;
      return { draft, why: "repeated", ...where, isSame: print === prints[draft] };
    }
    const ref = refs[draft] ?? null;
    const why = ref === null ? null : changeRefusal(this.#db, stream, end, ref, expects[draft] ?? null);
    return why && { draft, why };
  }

  /** @param end the stream's end with the draft */
  #applyExtras(extras: ExtraColumns, draft: number, stream: number, end: OpenEnd, kind: number, body: string): void {
    const [nonce, print, ref] = [extras.nonces[draft], extras.prints[draft], extras.refs[draft] ?? null];
    if (nonce && print != null) noteNonce(this.#db, stream, nonce, { ...end, print });
    if (ref !== null) changeMessage(this.#db, stream, end, ref, kind === kinds.removal ? null : body);
  }

  #applyTo(stream: number, kind: number, body: string, rights: string | null): void {
    if (movesRights(kind)) {
      this.#db.sql("update streams set rules = rules + 1, rights = ? where id = ?").run(rights, stream);
    }
    if (kind === kinds.topic) this.#db.sql("update rooms set topic = ? where id = ?").run(body, stream);
    if (!closesStream(kind)) return;
    this.#db.sql("update streams set closed = 1 where id = ?").run(stream);
    this.#db.sql("update rooms set destroyed = 1 where id = ?").run(stream);
    countEndedRoom(this.#db, stream);
  }
}

export const INSERT_ENTRY =
  "insert into entries (stream_id, pos, seq, at, kind, author_id, author, body, ref) values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
