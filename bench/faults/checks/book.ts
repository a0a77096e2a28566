import { decodeChange } from "../../../src/domain/change.ts";
import { isMessage } from "../../../src/domain/entry.ts";
import type { Run, StoredEntry, StoredRoom } from "../history.ts";

/** Bodies that players give to their lines: `tTRANSCRIPT.NUMBER`. */
const BODY = /^t(\d+)\.(\d+)$/;

export interface Token {
  readonly transcript: number;
  readonly nr: number;
}

export function tokenOf(body: string): Token | null {
  const match = BODY.exec(body);
  return match && { transcript: Number(match[1]), nr: Number(match[2]) };
}

/** What was done to a session by an entry. */
export interface Sentence {
  readonly entry: StoredEntry;
  readonly session: number;
  /** Its name, as a key. */
  readonly key: string;
  readonly untilMs: number | null;
}

/** The store at the end of a run, as the checks look things up in it. */
export class Book {
  readonly roomById: ReadonlyMap<number, StoredRoom>;
  readonly byBody = new Map<string, StoredEntry>();
  /** Lines that the store has more than once. */
  readonly twice: StoredEntry[] = [];
  readonly messages: ReadonlyMap<number, readonly StoredEntry[]>;
  readonly all: ReadonlyMap<number, readonly StoredEntry[]>;
  /** The session that said something in each transcript. */
  readonly sessionOf = new Map<number, number>();

  constructor({ rooms, entries }: Run) {
    this.roomById = new Map(rooms.map((room) => [room.id, room]));
    this.all = Map.groupBy(
      entries.toSorted((a, b) => a.pos - b.pos),
      ({ stream }) => stream,
    );
    this.messages = new Map([...this.all].map(([id, entries]) => [id, entries.filter(({ kind }) => isMessage(kind))]));
    for (const messages of this.messages.values()) for (const entry of messages) this.#note(entry);
  }

  roomOf({ stream }: StoredEntry): string {
    return this.roomById.get(stream)?.name ?? `stream ${stream}`;
  }

  /** The room of this name that is not destroyed. */
  openRoom(name: string): StoredRoom | undefined {
    return [...this.roomById.values()].find((room) => room.name === name && !room.isDestroyed);
  }

  /** Entries of these kinds that are about somebody. */
  sentences(stream: number, ...kinds: readonly number[]): Sentence[] {
    return (this.all.get(stream) ?? []).flatMap((entry) => {
      const change = kinds.includes(entry.kind) ? decodeChange(entry) : null;
      if (!change || !("user" in change) || !change.user) return [];
      const { id, name } = change.user;
      const untilMicros = change.kind === "banned" ? change.untilMicros : null;
      return [{ entry, session: id, key: name.key, untilMs: untilMicros === null ? null : untilMicros / 1000 }];
    });
  }

  #note(entry: StoredEntry): void {
    if (this.byBody.has(entry.body)) this.twice.push(entry);
    else this.byBody.set(entry.body, entry);
    const token = tokenOf(entry.body);
    if (token && entry.authorId !== null) this.sessionOf.set(token.transcript, entry.authorId);
  }
}
