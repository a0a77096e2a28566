import { networkOf } from "../domain/address.ts";
import type { NameKey } from "../domain/names.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Absence } from "../ports/absence.ts";
import { AbsenceIndex } from "./absence-index.ts";

/**
 * Maximum number of absences, of all and from one network. Past it, somebody takes the place of the one who left first of the
 * lowest standing below their own; where nobody has a lower one, they are not kept.
 */
const MAX = 20_000;
const MAX_PER_NETWORK = 100;
/** Minimum interval between two looks at whose time is over: those who left together end together. */
const LOOK_EVERY_MS = 1000;

export type AbsencesClock = Pick<Clock, "after" | "micros" | "soon">;

/** Returns what an address counts as; null: no bound but that of all holds for it. */
export type NetworkOf = (address: string) => string | null;

/** Those whose connections broke and who may come back. */
export class Absences {
  readonly #clock: AbsencesClock;
  /** Called with sessions that nobody comes back to. */
  readonly #ended: (sessions: readonly number[]) => void;
  readonly #networkOf: NetworkOf;
  /** In the order in which they left. */
  readonly #index = new AbsenceIndex();
  /** Those of each standing, in the same order. */
  readonly #byStanding = new Map<number, Set<Absence>>();
  readonly #byNetwork = new Map<string, Set<Absence>>();
  /** The network that somebody was counted for, by session: a reload may exempt it. */
  readonly #countedFor = new Map<number, string>();
  /** Sessions that have ended in this turn. */
  #over: number[] = [];
  #timer: Timer | null = null;

  constructor(clock: AbsencesClock, ended: (sessions: readonly number[]) => void, countsAs: NetworkOf = networkOf) {
    this.#clock = clock;
    this.#ended = ended;
    this.#networkOf = countsAs;
  }

  get count(): number {
    return this.#index.count;
  }

  /** Keeps an absence. Where there is no place for it, its session ends. */
  add(absence: Absence): void {
    const { id, name, address } = absence;
    const other = this.#index.byName(name.key);
    if (other) this.end(other);
    if (!this.#makePlace(absence, this.#networkOf(address))) return this.#end([id]);
    this.#keep(absence);
    this.#lookLater();
  }

  /** The absence under a name; null: there is none whose time is not over. */
  get(key: NameKey): Absence | null {
    return this.#ifInTime(this.#index.byName(key));
  }

  /** The absence of a session; null: there is none whose time is not over. */
  byId(session: number): Absence | null {
    return this.#ifInTime(this.#index.byId(session));
  }

  has(session: number): boolean {
    return this.byId(session) !== null;
  }

  /** As `byId`, also when its time is over, until it ends. */
  known(session: number): Absence | null {
    return this.#index.byId(session);
  }

  /** All whose time is not over. */
  *all(): Iterable<Absence> {
    for (const absence of this.#index.all()) if (this.#ifInTime(absence)) yield absence;
  }

  /** The sessions of all that have not ended. */
  sessions(): Iterable<number> {
    return this.#index.sessions();
  }

  /** Those who were in a room, in the order in which they left. */
  *in(room: number): Iterable<Absence> {
    for (const absence of this.#index.in(room)) if (this.#ifInTime(absence)) yield absence;
  }

  /** Shortens the time of those who would be kept longer. Returns their sessions. */
  shorten(untilMicros: number): number[] {
    const all = [...this.#index.all()];
    const sessions = all.filter((absence) => absence.untilMicros > untilMicros).map(({ id }) => id);
    if (sessions.length === 0) return sessions;
    // All of them anew, so that they stay in the order in which they left.
    for (const absence of all) {
      this.remove(absence);
      this.#keep({ ...absence, untilMicros: Math.min(absence.untilMicros, untilMicros) });
    }
    this.#timer?.cancel();
    this.#timer = null;
    this.#lookLater();
    return sessions;
  }

  remove(absence: Absence): void {
    const { id } = absence;
    this.#index.remove(id);
    this.#byStanding.get(absence.standing)?.delete(absence);
    const network = this.#countedFor.get(id) ?? "";
    this.#countedFor.delete(id);
    const there = this.#byNetwork.get(network);
    there?.delete(absence);
    if (there?.size === 0) this.#byNetwork.delete(network);
  }

  /** Nobody comes back to it any more. */
  end(absence: Absence): void {
    this.remove(absence);
    this.#end([absence.id]);
  }

  #ifInTime(absence: Absence | null): Absence | null {
    return absence && absence.untilMicros > this.#clock.micros() ? absence : null;
  }

  #keep(absence: Absence): void {
    this.#index.add(absence);
    addTo(this.#byStanding, absence.standing, absence);
    const network = this.#networkOf(absence.address);
    if (network === null) return;
    addTo(this.#byNetwork, network, absence);
    this.#countedFor.set(absence.id, network);
  }

  /** Returns whether there is a place for one more: perhaps another one has ended for it. */
  #makePlace(absence: Absence, network: string | null): boolean {
    const there = this.#byNetwork.get(network ?? "");
    const isFullThere = there !== undefined && there.size >= MAX_PER_NETWORK;
    if (!isFullThere && this.count < MAX) return true;
    const firstOfEach = this.#byStanding.values().flatMap((all) => all.values().take(1));
    const lowest = lowestBelow(absence.standing, isFullThere ? there : firstOfEach);
    if (lowest) this.end(lowest);
    return lowest !== null;
  }

  #lookLater(): void {
    if (this.#timer || this.count === 0) return;
    const [first] = this.#index.all();
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
    for (const absence of this.#index.all()) {
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

/** Returns the first one of the lowest standing below another; null: nobody has a lower one. */
function lowestBelow(standing: number, absences: Iterable<Absence>): Absence | null {
  let lowest: Absence | null = null;
  for (const absence of absences) if (absence.standing < (lowest?.standing ?? standing)) lowest = absence;
  return lowest;
}

function addTo<Key>(groups: Map<Key, Set<Absence>>, key: Key, absence: Absence): void {
  const group = groups.get(key);
  if (group) group.add(absence);
  else groups.set(key, new Set([absence]));
}
