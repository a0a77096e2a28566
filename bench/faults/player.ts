import { refusals } from "../../src/formats/text/refusal-sentences.ts";
import type { Chance } from "../../test/support/sockets/hostile.ts";
import { ALL_DEEDS, burst, type Deed, linesFor, type Means, PUBLIC_ROOMS } from "./deeds.ts";
import type { Transcript } from "./history.ts";
import { BARRIER, readLine, readStanding, SETTLED } from "./reading.ts";
import { Whereabouts } from "./whereabouts.ts";

/** A connection to a node, as a terminal has it: whole lines, without their ends and without the prompt. */
export interface Line {
  send(text: string): void;
  /** Ends it, as if the terminal was closed. */
  end(): void;
  onLine: (text: string) => void;
  /** It has ended, or could not be had. Called once, and not within `connect`. */
  onEnd: () => void;
}

/** What people need to live. */
export interface Surroundings {
  /** Nodes are numbered from 0. */
  readonly nodes: number;
  connect(node: number): Line;
  after(ms: number, task: () => void): void;
  nowMs(): number;
  /** A transcript that the checker gets, too. */
  begin(name: string, node: number): Transcript;
}

export interface Habits {
  /** Pause between two things that a person does, on average. */
  readonly thinkMs: number;
  /** Pause before somebody whose connection has ended comes back, on average. */
  readonly awayMs: number;
  /** Names of people to whom something may be done. */
  readonly others: readonly string[];
  /** Leaves for good at the end, where somebody else has the name. */
  readonly isRival: boolean;
}

const INVITATION = /^I invited you to my private room ([\w-]+)\. Type \/join \1 to come in\.$/;

const TAKEN = /^You're already logged in from a different client, or /;
/** The name is kept for whoever had it; nobody comes back by a code in these lives. */
const KEPT = /^The name \w+ is kept until /;

/** One person: lives by chance, at any node, and comes back when the connection ends. */
export class Player {
  readonly name: string;
  readonly #world: Surroundings;
  readonly #chance: Chance;
  readonly #habits: Habits;
  #line: Line | null = null;
  #transcript: Transcript | null = null;
  #where = new Whereabouts("");
  /** Private rooms that it has made or was invited to. */
  readonly #privateRooms: string[] = [];
  #group = 0;
  #settledGroup = 0;
  #said = 0;
  #state: "away" | "at-login" | "in" | "gone" = "away";
  #isHushed = false;

  constructor(name: string, world: Surroundings, chance: Chance, habits: Habits) {
    this.name = name;
    this.#world = world;
    this.#chance = chance;
    this.#habits = habits;
  }

  /** Comes in soon, and lives. */
  begin(): void {
    this.#comeLater();
  }

  /** Does nothing more of its own accord, but comes back where the connection ends. */
  hush(): void {
    this.#isHushed = true;
    if (this.#habits.isRival && this.#state !== "in") this.#leaveForGood();
  }

  /** After `hush`: everything that it did is answered. */
  get isSettled(): boolean {
    return this.#state === "gone" || (this.isIn && this.#settledGroup === this.#group);
  }

  get isIn(): boolean {
    return this.#state === "in";
  }

  /** The connection that it has at the moment. */
  get transcript(): Transcript | null {
    return this.#transcript;
  }

  /** After `hush`: says one line in the lobby. */
  probe(): void {
    if (this.#where.current !== "lobby") this.#do("/join lobby");
    this.#do(this.#nextBody());
  }

  /** After `hush`: types lines, whose answers are in the transcript when `isSettled`. */
  ask(...lines: readonly string[]): void {
    this.#do(...lines);
  }

  #comeLater(): void {
    this.#state = "away";
    this.#world.after(this.#about(this.#habits.awayMs), () => this.#come());
  }

  #come(): void {
    if (this.#isHushed && this.#habits.isRival) return this.#leaveForGood();
    const node = this.#chance.below(this.#world.nodes);
    this.#transcript = this.#world.begin(this.name, node);
    this.#where = new Whereabouts(this.name);
    [this.#group, this.#settledGroup, this.#said] = [0, 0, 0];
    const line = this.#world.connect(node);
    this.#line = line;
    this.#state = "at-login";
    line.onLine = (text) => {
      if (line === this.#line) this.#hear(text);
    };
    line.onEnd = () => {
      if (line === this.#line) this.#ended("server");
    };
    this.#type(this.name);
  }

  #ended(by: "person" | "server"): void {
    this.#line = null;
    this.#transcript?.moments.push({ type: "ended", atMs: this.#world.nowMs(), by });
    if (this.#state !== "gone") this.#comeLater();
  }

  #leaveForGood(): void {
    this.#state = "gone";
    this.#drop();
  }

  /** As if the terminal was closed, or the network lost. */
  #drop(): void {
    const line = this.#line;
    if (!line) return;
    this.#ended("person");
    line.end();
  }

  #type(...lines: readonly string[]): void {
    const atMs = this.#world.nowMs();
    for (const text of lines) {
      this.#where.types(text);
      this.#transcript?.moments.push({ type: "typed", atMs, text, group: this.#group });
      this.#line?.send(text);
    }
  }

  /** Types lines, and notices when they are settled. */
  #do(...lines: readonly string[]): void {
    this.#group += 1;
    this.#type(...lines, BARRIER);
  }

  #hear(text: string): void {
    const atMs = this.#world.nowMs();
    if (text === SETTLED && this.isIn) {
      this.#settledGroup += 1;
      this.#where.settles();
      this.#transcript?.moments.push({ type: "settled", atMs, group: this.#settledGroup });
      return this.#actLater();
    }
    this.#transcript?.moments.push({ type: "got", atMs, text });
    const got = readLine(text);
    if (got.type === "whisper") return this.#remember(INVITATION.exec(got.text)?.[1]);
    const standing = readStanding(got);
    if (standing) this.#where.take(standing);
    if (standing?.type === "greeted") {
      this.#state = "in";
      this.#do();
    } else if (standing?.type === "lost-name") this.#drop();
    else if (this.#state === "at-login") this.#hearAtLogin(text);
  }

  #hearAtLogin(text: string): void {
    const isRefused = TAKEN.test(text) || text === refusals["names-unavailable"] || KEPT.test(text);
    if (!isRefused) return;
    const line = this.#line;
    this.#world.after(this.#about(this.#habits.awayMs), () => {
      if (this.#line === line && this.#state === "at-login") this.#type(this.name);
    });
  }

  #actLater(): void {
    if (this.#settledGroup < this.#group || this.#isHushed) return;
    const line = this.#line;
    this.#world.after(this.#about(this.#habits.thinkMs), () => {
      if (this.#line === line && line && !this.#isHushed) this.#act(this.#chance.of(ALL_DEEDS));
    });
  }

  #act(deed: Deed): void {
    const chance = this.#chance;
    const means: Means = {
      chance,
      other: chance.of(this.#habits.others),
      room: chance.of([...PUBLIC_ROOMS, "lobby"]),
      rooms: this.#where.rooms,
      privateRooms: this.#privateRooms,
      anybody: () => chance.of(this.#habits.others),
      nextBody: () => this.#nextBody(),
      newRoom: () => this.#newRoom(),
    };
    if (deed === "quit") {
      this.#group += 1;
      this.#type(...burst(means).slice(1), "/quit");
    } else if (deed === "drop") {
      if (chance.below(2) === 0) this.#do(...burst(means));
      this.#drop();
    } else this.#do(...linesFor(deed, means));
  }

  #newRoom(): string {
    const room = `x${this.#transcript?.id}-${(this.#said += 1)}`;
    this.#remember(room);
    return room;
  }

  #remember(room: string | undefined): void {
    if (room !== undefined && !this.#privateRooms.includes(room)) this.#privateRooms.push(room);
  }

  /** No line of a run is like another. */
  #nextBody(): string {
    return `t${this.#transcript?.id}.${(this.#said += 1)}`;
  }

  /** A time between nothing and twice as much. */
  #about(ms: number): number {
    return this.#chance.below(2 * ms) + 1;
  }
}
