import { MAIN_APPLICATION } from "../../../src/domain/application.ts";
import { isMessage, kinds, SERVER_STREAM } from "../../../src/domain/entry.ts";
import { tell } from "./append.ts";
import type { Moment } from "./moment.ts";
import type { EntryRow, RoomRow, Tables } from "./tables.ts";

type Values = readonly unknown[];
type Row = Readonly<Record<string, unknown>>;

/** What the statements of src/store/postgres do, but for the append. */
export class RoomStatements {
  readonly #tables: Tables;
  readonly #now: Moment;

  constructor(tables: Tables, now: Moment) {
    this.#tables = tables;
    this.#now = now;
  }

  create([node, nr, ...values]: Values): Row[] {
    const refused = this.#tables.attempt(Number(node), "rooms", Number(nr));
    if (refused !== null) return [{ state: refused, room: null }];
    const room = this.#create(values);
    return [{ state: room === null ? "taken" : "made", room }];
  }

  /** @param by the filters, in the order of the values */
  rooms(by: readonly ("ids" | "application" | "keys")[], values: Values): Row[] {
    const [ids, keys] = [values[by.indexOf("ids")], values[by.indexOf("keys")]];
    const [wantedIds, names] = [ids as readonly number[] | undefined, keys as readonly string[] | undefined];
    return this.#open()
      .filter((room) => (wantedIds?.includes(room.id) ?? true) && (names?.includes(room.key) ?? true))
      .flatMap((room) => {
        const last = this.#tables.entriesOf(room.id).at(-1);
        const stream = this.#tables.streams.get(room.id);
        if (!last || !stream) return [];
        const { id, key, name, topic, isPrivate } = room;
        const { pos, seq, at } = last;
        // Nothing asks for the number of a room in main.
        const own = { id, application_id: MAIN_APPLICATION, number: id, key, name, private: isPrivate, topic };
        return [{ ...own, rules: stream.rules, rights: stream.rights, pos, seq, at }];
      });
  }

  history([stream, upTo, limit]: Values): readonly EntryRow[] {
    return this.#tables
      .entriesOf(Number(stream))
      .filter(({ pos, kind }) => pos <= Number(upTo) && isMessage(kind))
      .slice(-Number(limit))
      .reverse();
  }

  from([streams, poss, limit]: Values): readonly EntryRow[] {
    return this.#places(streams, poss).flatMap(([stream, pos]) =>
      this.#tables
        .entriesOf(stream)
        .filter((entry) => entry.pos >= pos)
        .slice(0, Number(limit)),
    );
  }

  heads([streams, poss]: Values): Row[] {
    return this.#places(streams, poss).map(([stream, pos]) => {
      const entries = this.#tables.entriesOf(stream);
      const at = entries.find((entry) => entry.pos === pos)?.at ?? null;
      return { stream_id: stream, pos: entries.at(-1)?.pos ?? 0, at };
    });
  }

  bans(): Row[] {
    return [...this.#tables.bans.values()].map((ban) => ({ ...ban }));
  }

  /** Returns its id; null: the name is taken. */
  #create(values: Values): number | null {
    const [, key, name, isPrivate, authorId, author, rights, nonce] = values as [
      number,
      string,
      string,
      boolean,
      number | null,
      string,
      string,
      Uint8Array,
    ];
    const token = Buffer.from(nonce).toString("hex");
    const there = this.#open().find((room) => room.key === key);
    if (there) return there.nonce === token ? there.id : null;
    // Ids are times: a restored database gives none twice.
    const id = (this.#tables.lastStream = this.#now.after(this.#tables.lastStream + 1));
    this.#tables.streams.set(id, { rules: 1, isClosed: false, rights: JSON.parse(rights) });
    this.#tables.rooms.set(id, { id, key, name, isPrivate, topic: "", isDestroyed: false, nonce: token });
    const place = { stream_id: id, pos: 1, seq: 0, at: this.#now.micros, trueMs: this.#now.trueMs };
    const entry = { ...place, kind: kinds.created, author_id: authorId, author, body: "", ref: null };
    this.#tables.entries.set(id, [entry]);
    tell(this.#tables, this.#now, kinds.roomMade, String(id));
    return id;
  }

  #open(): RoomRow[] {
    return [...this.#tables.rooms.values()].filter(({ id, isDestroyed }) => !isDestroyed && id !== SERVER_STREAM);
  }

  #places(streams: unknown, poss: unknown): [number, number][] {
    // As `toColumns` of src/store/postgres/postgres-store.ts made them.
    const [ids, positions] = [streams as readonly number[], poss as readonly number[]];
    return ids.map((id, i) => [id, positions[i] ?? 0]);
  }
}
