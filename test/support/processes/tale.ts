import type { Moment, NodeView, Run, StoredEntry, StoredRoom, Transcript } from "../../../bench/faults/history.ts";
import { isMessage, kinds } from "../../../src/domain/entry.ts";
import { texts } from "../../../src/formats/text/sentences.ts";

const STEP_MS = 10;
const BEGINNING_MS = 1_795_000_000_000;

/** One connection of a tale. */
export class Voice {
  readonly transcript: Transcript;
  readonly session: number;
  readonly #tale: Tale;
  #group = 0;

  constructor(tale: Tale, transcript: Transcript) {
    this.#tale = tale;
    this.transcript = transcript;
    this.session = 1000 + transcript.id;
  }

  /** Types lines, which are not answered yet. */
  types(...lines: readonly string[]): void {
    this.#group += 1;
    for (const text of lines) this.#add({ type: "typed", atMs: this.#tale.now(), text, group: this.#group });
  }

  gets(...lines: readonly string[]): void {
    for (const text of lines) this.#add({ type: "got", atMs: this.#tale.now(), text });
  }

  /** Types a line and gets these, and then everything is settled. */
  asks(line: string, ...answers: readonly string[]): void {
    this.types(line);
    this.gets(...answers);
    this.#add({ type: "settled", atMs: this.#tale.now(), group: this.#group });
  }

  /** Says a line, which may be refused. */
  tries(body: string, ...refusal: readonly string[]): void {
    this.asks(body, ...refusal);
  }

  whispers(to: string, body: string, ...refusal: readonly string[]): void {
    this.asks(`/whisper ${to} ${body}`, ...refusal);
  }

  ends(): void {
    this.#add({ type: "ended", atMs: this.#tale.now(), by: "person" });
  }

  #add(moment: Moment): void {
    this.transcript.moments.push(moment);
  }
}

/** A history that is made up by a test. Stream 1 is the lobby. */
export class Tale {
  readonly #voices: Voice[] = [];
  readonly #rooms: StoredRoom[] = [{ id: 1, name: "lobby", isPrivate: false, isDestroyed: false }];
  readonly #views: NodeView[] = [];
  #entries: StoredEntry[] = [];
  #nowMs = BEGINNING_MS;
  #wentBackAtMs: number | null = null;

  now(): number {
    return (this.#nowMs += STEP_MS);
  }

  passes(ms: number): void {
    this.#nowMs += ms;
    // Somebody who is there at the end was there all the time.
    for (const { transcript } of this.#voices) transcript.moments.push({ type: "got", atMs: this.#nowMs, text: "" });
  }

  connects(name: string): Voice {
    const transcript = { id: this.#voices.length + 1, name, node: 0, moments: [] };
    const voice = new Voice(this, transcript);
    this.#voices.push(voice);
    voice.gets(texts.welcome(name), texts.seeHelp);
    return voice;
  }

  /** Somebody comes into the lobby, and is shown what was said there. */
  enters(name: string): Voice {
    const voice = this.connects(name);
    voice.gets(texts.here("lobby", null));
    this.#page(voice, 1, "lobby");
    return voice;
  }

  makesRoom(by: Voice, id: number, name: string, isPrivate: boolean): void {
    this.#rooms.push({ id, name, isPrivate, isDestroyed: false });
    this.stores(id, { kind: kinds.created, author: by, body: "token" });
  }

  joins(voice: Voice, name: string): void {
    const room = this.#rooms.find((one) => one.name === name);
    voice.asks(`/join ${name}`, `[*]: ${texts.joined(voice.transcript.name, name)}`);
    this.#page(voice, room?.id ?? 0, name);
  }

  stores(
    stream: number,
    { kind = kinds.said, author, body }: { readonly kind?: number; readonly author: Voice; readonly body: string },
  ): void {
    const last = this.#entries.findLast((entry) => entry.stream === stream);
    this.#entries.push({
      stream,
      pos: (last?.pos ?? 0) + 1,
      seq: (last?.seq ?? 0) + (isMessage(kind) ? 1 : 0),
      atMs: this.now(),
      kind,
      authorId: author.session,
      author: author.transcript.name,
      body,
    });
  }

  /** Somebody says a line in the room that was made last, and others hear it. */
  says(author: Voice, body: string, ...others: readonly Voice[]): void {
    this.stores(this.#rooms.at(-1)?.id ?? 1, { author, body });
    author.tries(body);
    for (const other of others) other.gets(`[${author.transcript.name}]: ${body}`);
  }

  forgets(body: string): void {
    this.#entries = this.#entries.filter((entry) => entry.body !== body);
  }

  goesBack(): void {
    this.#wentBackAtMs = this.now();
  }

  /** What the one node says at the end. */
  views(users: readonly string[] = this.#voices.map(({ transcript }) => transcript.name)): void {
    this.#views.push({ node: 0, users, rooms: new Map([["lobby", users]]) });
  }

  run(): Run {
    return {
      transcripts: this.#voices.map(({ transcript }) => transcript),
      rooms: this.#rooms,
      entries: this.#entries,
      views: this.#views,
      wentBackAtMs: this.#wentBackAtMs,
    };
  }

  #page(voice: Voice, stream: number, name: string): void {
    const said = this.#entries.filter((entry) => entry.stream === stream && isMessage(entry.kind));
    if (said.length === 0) return;
    voice.gets(`-- last ${said.length === 1 ? "1 line" : `${said.length} lines`} in ${name} (times UTC) --`);
    for (const { seq, author, body } of said) voice.gets(`${seq} 20:04 [${author}]: ${body}`);
  }
}
