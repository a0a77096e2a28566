import type { Transcript } from "../history.ts";
import {
  BARRIER,
  type Got,
  HISTORY_UNREAD,
  isRefusal,
  isUncertain,
  readIgnoring,
  readLine,
  readStanding,
  type Standing,
} from "../reading.ts";
import { Whereabouts } from "../whereabouts.ts";

export interface Seen {
  readonly body: string;
  readonly author: string;
  readonly atMs: number;
  /** Its place among the moments of the transcript. */
  readonly index: number;
}

/** Lines of history, as a join or `/history` shows them. */
export interface Page {
  readonly room: string;
  readonly atMs: number;
  /** So many lines it says that it has. */
  readonly heading: number;
  readonly lines: (Seen & { readonly seq: number })[];
  /** What was typed for it; null: it came with a join. */
  readonly asked: Asked | null;
}

/** A page that somebody asked for. */
export interface Asked {
  readonly lines: number;
  readonly group: number;
  readonly atMs: number;
  readonly index: number;
}

const HISTORY = /^\/history(?: (\d+))?(?: [\w-]+)?$/;
/** As in src/commands/history.ts. */
const LINES_SHOWN = 20;

export type StayEnd = "open" | "left" | "put-out" | "room-ended" | "restored" | "ended";

/** A time in which somebody was in a room without a break. A restored database begins a new one. */
export interface Stay {
  readonly room: string;
  /** An earlier room of the name was ending when the person came in, and they were in that one, too. */
  readonly isAgain: boolean;
  readonly index: number;
  readonly atMs: number;
  /** When the person came in: before `atMs` where the database was restored meanwhile. */
  readonly cameAtMs: number;
  /** Lines with later numbers are shown; null: it is not known from where on. */
  floor: number | null;
  page: Page | null;
  readonly lines: Seen[];
  end: StayEnd;
  endIndex: number;
  endedAtMs: number;
}

/** Lines that were typed together. */
export interface Group {
  readonly nr: number;
  readonly typed: { readonly text: string; readonly atMs: number; readonly index: number }[];
  refusals: number;
  /** Answers that do not tell whether what was asked for was done. */
  uncertain: number;
  isSettled: boolean;
}

/** What one transcript tells, in the terms of the chat. */
export class Account {
  readonly transcript: Transcript;
  readonly stays: Stay[] = [];
  /** Answers to `/history`. */
  readonly pages: Page[] = [];
  /** Lines of a room in which the person was not. */
  readonly strays: (Seen & { readonly room: string | null })[] = [];
  readonly whispers: Seen[] = [];
  /** Keys of the names that the person ignored at any time. */
  readonly everIgnored = new Set<string>();
  /** What came of people while they were ignored. */
  readonly unwanted: Seen[] = [];
  readonly groups = new Map<number, Group>();
  readonly where: Whereabouts;
  greetedAtMs: number | null = null;
  endedAtMs: number | null = null;
  hasLostName = false;
  readonly #ignored = new Set<string>();
  readonly #open = new Map<string, Stay>();
  #page: { readonly page: Page; left: number } | null = null;
  /** What belongs to coming into a room may still follow. */
  #entering: Stay | null = null;
  #group = 0;

  constructor(transcript: Transcript) {
    this.transcript = transcript;
    this.where = new Whereabouts(transcript.name);
    for (const [index, moment] of transcript.moments.entries()) {
      const { atMs } = moment;
      if (moment.type === "typed") this.#typed(moment.group, moment.text, atMs, index);
      else if (moment.type === "settled") this.#settle(moment.group);
      else if (moment.type === "got") this.#hear(moment.text, atMs, index);
      else {
        this.endedAtMs = atMs;
        for (const room of this.#open.keys()) this.#leave(room, "ended", atMs, index);
      }
    }
  }

  get isOpen(): boolean {
    return this.endedAtMs === null;
  }

  get key(): string {
    return this.transcript.name.toLowerCase();
  }

  #typed(nr: number, text: string, atMs: number, index: number): void {
    let group = this.groups.get(nr);
    if (!group) {
      this.groups.set(nr, (group = { nr, typed: [], refusals: 0, uncertain: 0, isSettled: false }));
    }
    this.#group = nr;
    this.where.types(text);
    if (text !== BARRIER) group.typed.push({ text, atMs, index });
  }

  #settle(nr: number): void {
    const group = this.groups.get(nr);
    if (group) group.isSettled = true;
    this.where.settles();
  }

  #hear(text: string, atMs: number, index: number): void {
    const got = readLine(text);
    const author = authorOf(got);
    if (author !== null && this.#ignored.has(author.toLowerCase()))
      this.unwanted.push({ body: text, author, atMs, index });
    if (got.type === "page-line") return this.#pageLine(got, atMs, index);
    if (got.type === "page-date") return;
    if (got.type === "page") return this.#beginPage(got.room, got.lines, atMs);
    if (got.type === "told" && this.#entering) {
      if (text === HISTORY_UNREAD) this.#entering.floor = null;
      if (text === HISTORY_UNREAD || text.startsWith("Topic: ")) return;
    }
    this.#entering = null;
    if (got.type === "message") return this.#message(got, atMs, index);
    if (got.type === "whisper") {
      this.whispers.push({ body: got.text, author: got.from, atMs, index });
      return;
    }
    const standing = readStanding(got);
    if (standing) this.#move(standing, atMs, index);
    else if (got.type === "told") this.#told(text);
  }

  #told(text: string): void {
    const group = this.groups.get(this.#group);
    if (!group) return;
    if (text === "Bye.") group.isSettled = true;
    if (isUncertain(text)) group.uncertain += 1;
    if (isRefusal(text)) group.refusals += 1;
    const ignoring = readIgnoring(text);
    if (ignoring) this.#ignore(ignoring.name.toLowerCase(), ignoring.isIgnored);
  }

  #ignore(key: string, isIgnored: boolean): void {
    if (!isIgnored) this.#ignored.delete(key);
    else {
      this.#ignored.add(key);
      this.everIgnored.add(key);
    }
  }

  #message({ room, author, body }: Extract<Got, { type: "message" }>, atMs: number, index: number): void {
    const name = room ?? this.where.current;
    const stay = name === null ? undefined : this.#open.get(name);
    if (stay) stay.lines.push({ body, author, atMs, index });
    else this.strays.push({ body, author, atMs, index, room: name });
  }

  #beginPage(room: string, lines: number, atMs: number): void {
    const entered = this.#entering?.room === room && this.#entering.page === null ? this.#entering : null;
    const page: Page = { room, atMs, heading: lines, lines: [], asked: entered ? null : this.#asked() };
    this.#page = { page, left: lines };
    if (entered) entered.page = page;
    else this.pages.push(page);
    this.#entering = null;
  }

  /** The page that was asked for last; a person asks for one at a time. */
  #asked(): Asked | null {
    for (const { text, atMs, index } of this.groups.get(this.#group)?.typed ?? []) {
      const match = HISTORY.exec(text);
      if (match) return { lines: Number(match[1] ?? LINES_SHOWN), group: this.#group, atMs, index };
    }
    return null;
  }

  #pageLine({ seq, author, body }: Extract<Got, { type: "page-line" }>, atMs: number, index: number): void {
    if (!this.#page) return;
    const { page } = this.#page;
    page.lines.push({ seq, author, body, atMs, index });
    const stay = this.#open.get(page.room);
    if (stay?.page === page) stay.floor = seq;
    this.#page.left -= 1;
    if (this.#page.left === 0) this.#page = null;
  }

  #move(standing: Standing, atMs: number, index: number): void {
    const isOwnJoin = this.where.isOwnJoin(standing);
    const isEndOfEarlier = this.where.isEndOfEarlier(standing);
    this.where.take(standing);
    if (isEndOfEarlier) return;
    switch (standing.type) {
      case "greeted":
        this.greetedAtMs = atMs;
        return this.#enter("lobby", atMs, index);
      case "in-lobby":
        this.#entering = this.#open.get("lobby") ?? null;
        return;
      case "joined":
        return isOwnJoin ? this.#enter(standing.room, atMs, index) : undefined;
      case "left":
        return this.#leave(standing.room, "left", atMs, index);
      case "put-out":
        return this.#leave(standing.room, "put-out", atMs, index);
      case "destroyed":
      case "not-restored":
        return this.#leave(standing.room, "room-ended", atMs, index);
      case "restored":
        return this.#restore(standing.room, atMs, index);
      case "no-lobby":
        return this.#leave("lobby", "left", atMs, index);
      case "lost-name":
        this.hasLostName = true;
        for (const room of this.#open.keys()) this.#leave(room, "ended", atMs, index);
        return;
      case "began":
      case "talking":
        return;
    }
  }

  #enter(room: string, atMs: number, index: number, cameAtMs = atMs, floor: number | null = 0): void {
    const isAgain = this.#open.has(room);
    this.#leave(room, "room-ended", atMs, index);
    const stay: Stay = {
      room,
      isAgain,
      index,
      atMs,
      cameAtMs,
      floor,
      page: null,
      lines: [],
      end: "open",
      endIndex: Number.POSITIVE_INFINITY,
      endedAtMs: Number.POSITIVE_INFINITY,
    };
    this.stays.push(stay);
    this.#open.set(room, stay);
    this.#entering = stay;
  }

  #leave(room: string, end: StayEnd, atMs: number, index: number): void {
    const stay = this.#open.get(room);
    if (!stay) return;
    this.#open.delete(room);
    Object.assign(stay, { end, endIndex: index, endedAtMs: atMs });
  }

  #restore(room: string, atMs: number, index: number): void {
    const before = this.#open.get(room);
    if (!before) return;
    this.#leave(room, "restored", atMs, index);
    this.#enter(room, atMs, index, before.cameAtMs, null);
    this.#entering = null;
  }
}

/** By whom a line is that ignoring hides; null: it is none. */
function authorOf(got: Got): string | null {
  switch (got.type) {
    case "message":
    case "page-line":
      return got.author;
    case "whisper":
      return got.from;
    default: {
      const standing = readStanding(got);
      return standing?.type === "joined" ? standing.who : null;
    }
  }
}
