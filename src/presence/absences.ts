import type { NameKey } from "../domain/names.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Absence } from "../ports/absence.ts";

/** Maximum number of absences, of all and from one address. Past it, the one that ends first ends at once. */
const MAX = 20_000;
const MAX_PER_ADDRESS = 100;
/** Minimum interval between two looks at whose time is over: those who left together end together. */
const LOOK_EVERY_MS = 1000;

export type AbsencesClock = Pick<Clock, "after" | "micros" | "soon">;

/** Those whose connections broke and who may come back, by name. */
export class Absences {
  readonly #clock: AbsencesClock;
  /** Called with sessions that nobody comes back to. */
  readonly #ended: (sessions: readonly number[]) => void;
  /** In the order in which they left. */
  readonly #byKey = new Map<NameKey, Absence>();
  readonly #keyOf = new Map<number, NameKey>();
  readonly #byAddress = new Map<string, Set<NameKey>>();
  /** Sessions that have ended in this turn. */
  #over: number[] = [];
  #timer: Timer | null = null;

  constructor(clock: AbsencesClock, ended: (sessions: readonly number[]) => void) {
    this.#clock = clock;
    this.#ended = ended;
  }

  get count(): number {
    return this.#byKey.size;
  }

  add(absence: Absence): void {
    const { id, name, address } = absence;
    const ended = [this.#byKey.get(name.key) ?? null, ...this.#tooMany(address)].filter((one) => one !== null);
    for (const one of ended) this.remove(one);
    this.#byKey.set(name.key, absence);
    this.#keyOf.set(id, name.key);
    this.#from(address).add(name.key);
    this.#end(ended.map((one) => one.id));
    this.#lookLater();
  }

  /** The absence under a name; null: there is none whose time is not over. */
  get(key: NameKey): Absence | null {
    const absence = this.#byKey.get(key);
    return absence && absence.untilMicros > this.#clock.micros() ? absence : null;
  }

  /** The absence of a session; null: there is none whose time is not over. */
  byId(session: number): Absence | null {
    const key = this.#keyOf.get(session);
    return key === undefined ? null : this.get(key);
  }

  has(session: number): boolean {
    return this.byId(session) !== null;
  }

  /** As `byId`, also when its time is over, until it ends. */
  known(session: number): Absence | null {
    const key = this.#keyOf.get(session);
    return key === undefined ? null : (this.#byKey.get(key) ?? null);
  }

  /** The sessions of all that have not ended. */
  sessions(): Iterable<number> {
    return this.#keyOf.keys();
  }

  /** Those who were in a room, in the order in which they left. */
  *in(room: number): Iterable<Absence> {
    for (const absence of this.#byKey.values()) {
      if (absence.rooms.includes(room) && this.has(absence.id)) yield absence;
    }
  }

  /** Shortens the time of those who would be kept longer. Returns their sessions. */
  shorten(untilMicros: number): number[] {
    const shortened = [...this.#byKey.values()].filter((absence) => absence.untilMicros > untilMicros);
    for (const absence of shortened) this.#byKey.set(absence.name.key, { ...absence, untilMicros });
    this.#timer?.cancel();
    this.#timer = null;
    this.#lookLater();
    return shortened.map(({ id }) => id);
  }

  remove({ id, name, address }: Absence): void {
    this.#byKey.delete(name.key);
    this.#keyOf.delete(id);
    const others = this.#from(address);
    others.delete(name.key);
    if (others.size === 0) this.#byAddress.delete(address);
  }

  #from(address: string): Set<NameKey> {
    const known = this.#byAddress.get(address);
    if (known) return known;
    const from = new Set<NameKey>();
    this.#byAddress.set(address, from);
    return from;
  }

  /** Returns those that end so that one more has a place. */
  #tooMany(address: string): (Absence | null)[] {
    const [firstThere] = this.#from(address);
    const [first] = this.#byKey.keys();
    const isFullThere = this.#from(address).size >= MAX_PER_ADDRESS;
    const key = isFullThere ? firstThere : this.#byKey.size >= MAX ? first : undefined;
    return key === undefined ? [] : [this.#byKey.get(key) ?? null];
  }

  #lookLater(): void {
    if (this.#timer || this.#byKey.size === 0) return;
    const [first] = this.#byKey.values();
    const restMs = ((first?.untilMicros ?? 0) - this.#clock.micros()) / 1000;
    this.#timer = this.#clock.after(Math.max(restMs, LOOK_EVERY_MS), () => {
      this.#timer = null;
      this.#endOld();
      this.#lookLater();
    });
  }

  #endOld(): void {
    const nowMicros = this.#clock.micros();
    const ended: number[] = [];
    for (const absence of this.#byKey.values()) {
      // A reload may have shortened the time of those who left later.
      if (absence.untilMicros > nowMicros) continue;
      this.remove(absence);
      ended.push(absence.id);
    }
    this.#end(ended);
  }

  /** Tells of all that ended in one turn at once: whoever hears it looks at every room. */
  #end(sessions: readonly number[]): void {
    if (sessions.length === 0) return;
    if (this.#over.length === 0) this.#clock.soon(() => this.#ended(this.#over.splice(0)));
    this.#over.push(...sessions);
  }
}
