import type { Leaving } from "../../ports/absence.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterMessage } from "../../ports/cluster-message.ts";
import type { Claimed, Newcomer } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { NodeIdentity } from "../../postgres/node-identity.ts";
import type { Roster } from "../roster.ts";
import { type Claim, NameRecovery } from "./name-recovery.ts";
import { Newcomers } from "./newcomers.ts";
import type { OwnPeople } from "./own-people.ts";
import { peopleMessages } from "./people-messages.ts";
import type { Left, PeopleTable, PersonRow, Refused, Written } from "./people-table.ts";

export interface LocalPeopleParts {
  readonly table: PeopleTable;
  readonly own: OwnPeople;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly node: Pick<NodeIdentity, "id" | "wasCompared">;
}

export interface LocalPeopleSettings {
  /** Minimum time for which a name that somebody else holds is claimed back. */
  readonly patienceMs: number;
  /** As `LeaseSettings.graceMs`. */
  readonly graceMs: () => number;
}

export interface LocalPeopleHooks {
  tell(message: ClusterMessage): void;
  /** Somebody who may have been at another node, or away from it, is at this one, or away from it. */
  took(session: number): void;
  /** Whether somebody is known to be at another node, or away from it. */
  isElsewhere(session: number): boolean;
  /** The session may have lost its name. One of the next two follows, unless the session ends. */
  unconfirmed(session: number): void;
  /** The session holds its name again. */
  held(session: number): void;
  /** Somebody else has the name of this session, or it is at another node. */
  lostName(session: number): void;
  /** Nobody came back to these sessions in time, or they had ended here, but the restored database had them again. */
  ended(sessions: readonly number[]): void;
  failed(error: unknown): void;
}

interface ClaimedRow {
  readonly claim: Claim;
  readonly row: PersonRow;
}

/** Time before a failed write is tried again; after a fenced one it is shorter. */
const RETRY_MS = 500;
const FENCED_RETRY_MS = 50;
/** Maximum time that a node which stops waits until its people are written. */
const LAST_WRITE_MS = 2000;
/** Interval between comparisons of the rows of this node with its people. */
const RECONCILE_MS = 60_000;
const NOBODY: Refused = { renewedMicros: 0, holder: null };

/** The people of this node, and their rows. Changes that come while a batch is written make the next batch. */
export class LocalPeople {
  readonly #table: PeopleTable;
  readonly #clock: Clock;
  readonly #node: LocalPeopleParts["node"];
  readonly #hooks: LocalPeopleHooks;
  readonly #roster: Roster;
  readonly #graceMs: () => number;
  readonly #own: OwnPeople;
  readonly newcomers: Newcomers;
  readonly #recovery: NameRecovery;
  #claims: Claim[] = [];
  readonly #released = new Set<number>();
  /** Those of the released sessions that nobody came back to in time. */
  readonly #over = new Set<number>();
  /** Sessions whose rows have to be written. */
  readonly #moved = new Set<number>();
  /** Whether to compare the rows with the people before any other write; `restored`: as the database was restored. */
  #compare: "no" | "yes" | "restored" = "no";
  #writing: Promise<void> | null = null;
  #isStopped = false;

  constructor(
    { table, own, roster, clock, node }: LocalPeopleParts,
    { graceMs, patienceMs }: LocalPeopleSettings,
    hooks: LocalPeopleHooks,
  ) {
    this.#table = table;
    this.#own = own;
    this.#roster = roster;
    this.#clock = clock;
    this.#node = node;
    this.#graceMs = graceMs;
    this.#hooks = hooks;
    const claim = (one: Claim): void => {
      this.#claims.push(one);
      this.#writeSoon();
    };
    this.newcomers = new Newcomers(own, clock, {
      claim,
      took: (session) => hooks.took(session),
      release: (session) => this.#released.add(session),
      reconcile: () => this.reconcile(),
      end: (session) => this.#end(session),
    });
    this.#recovery = new NameRecovery(clock, patienceMs, {
      claim,
      rowOf: (session) => own.rowOf(session),
      unconfirmed: (session) => hooks.unconfirmed(session),
      held: (session, hasMoved) => {
        if (hasMoved) this.#moved.add(session);
        hooks.held(session);
      },
      lost: (session) => this.#lost(session),
    });
  }

  /** Begins to compare the rows with the people, again and again. */
  start(): void {
    this.#clock.after(RECONCILE_MS, () => {
      if (this.#isStopped) return;
      this.reconcile();
      this.start();
    });
  }

  /** Stops writing, within a time. What is not written by then is left to the lease of the node. Never rejects. */
  async stop(): Promise<void> {
    // Whoever has just left comes back by what is written of them.
    if (this.#writing && this.#graceMs() > 0) {
      await Promise.race([this.#writing, new Promise<void>((resolve) => this.#clock.after(LAST_WRITE_MS, resolve))]);
    }
    this.#isStopped = true;
  }

  /** As `Presence.claim`. */
  claim(newcomer: Newcomer): Promise<Claimed> {
    return this.newcomers.claim(newcomer);
  }

  /** What the row of somebody here, or away from here, is to say has changed. */
  moved(session: number): void {
    if (this.#own.has(session)) this.#move(session);
  }

  release(session: number): void {
    if (!this.#own.isHere(session)) return;
    this.#forget(session);
    this.#released.add(session);
    this.#writeSoon();
  }

  /** As `Presence.depart`. */
  depart(session: number, leaving: Leaving): void {
    if (this.#own.depart(session, leaving)) this.#move(session);
  }

  /** Ends a session that is away, if no other node has it by then. */
  endAway(session: number): void {
    // Somebody has come back to it in the same turn.
    if (!this.#own.isHere(session)) this.#end(session);
  }

  /** As `OwnPeople.keeps`. */
  keeps(session: number, version: number): boolean {
    if (!this.#own.has(session)) return false;
    if (this.#own.keeps(session, version)) return true;
    this.#forget(session);
    return false;
  }

  joined(session: number, room: number): void {
    this.#roster.enter(session, room, this.#clock.micros());
    if (this.#own.isHere(session)) this.#move(session);
  }

  left(session: number, room: number): void {
    this.#roster.leave(session, room);
    if (this.#own.isHere(session)) this.#move(session);
  }

  /** Claims the names of all people of this node: it has a new id, under which the database has none of them. */
  claimAgain(): void {
    this.#released.clear();
    for (const session of this.#over) this.#released.add(session);
    this.#moved.clear();
    this.#compare = "no";
    this.#claimBack(this.#own.sessions());
    this.#writeSoon();
  }

  /** Compares the rows of this node with its people, before anything else is written. */
  reconcile(isRestored = false): void {
    if (isRestored) this.#compare = "restored";
    else if (this.#compare === "no") this.#compare = "yes";
    this.#writeSoon();
  }

  /** Claims names of people of this node. Their names are unconfirmed until they are held again. */
  #claimBack(sessions: readonly number[]): void {
    for (const session of sessions) {
      this.#moved.delete(session);
      this.#recovery.begin(session);
    }
    this.#claims = this.#claims.filter(({ isWanted }) => isWanted());
  }

  #lost(session: number): void {
    if (this.#own.isAway(session)) return this.endAway(session);
    this.#forget(session);
    // Other nodes may have been told that this session is here.
    this.#released.add(session);
    this.#hooks.lostName(session);
  }

  #end(session: number): void {
    this.#forget(session);
    this.#over.add(session);
    this.#released.add(session);
    this.#writeSoon();
  }

  #forget(session: number): void {
    this.#recovery.end(session);
    this.#own.remove(session);
    this.#moved.delete(session);
    this.#claims = this.#claims.filter(({ isWanted }) => isWanted());
  }

  #move(session: number): void {
    if (!this.#recovery.moved(session)) this.#moved.add(session);
    this.#writeSoon();
  }

  #writeSoon(): void {
    if (this.#writing || this.#isStopped || !this.#hasChanges()) return;
    this.#writing = new Promise((resolve) => {
      this.#clock.soon(() => void this.#write().then(resolve));
    });
  }

  async #write(): Promise<void> {
    while (this.#hasChanges() && !this.#isStopped) {
      try {
        await this.#compareRows();
        // Every node releases before it claims: somebody at another node may want a name that is held here for nobody.
        await this.#writeReleased();
        await this.#writeChanged();
      } catch (error) {
        this.#hooks.failed(error);
        const retryMs = error instanceof StoreError && error.code === "fenced" ? FENCED_RETRY_MS : RETRY_MS;
        await new Promise<void>((resolve) => this.#clock.after(retryMs, resolve));
      }
    }
    this.#writing = null;
  }

  #hasChanges(): boolean {
    return this.#compare !== "no" || this.#claims.length > 0 || this.#released.size > 0 || this.#moved.size > 0;
  }

  async #compareRows(): Promise<void> {
    if (this.#compare === "no") return;
    const { id } = this.#node;
    const { version, people } = await this.#table.ownPeople();
    if (id !== this.#node.id) return;
    const isRestored = this.#compare === "restored";
    this.#compare = "no";
    const mine = this.#own.sessions();
    const gone: number[] = [];
    for (const row of people) {
      if (this.#own.has(row.id) || this.#released.has(row.id) || this.newcomers.isComingBack(row.id)) continue;
      // A restored database may not know where they came back since.
      if (row.away && !(isRestored && this.#hooks.isElsewhere(row.id))) this.#adopt(row, row.away);
      else gone.push(row.id);
    }
    this.#own.wereWritten(people, version);
    for (const session of gone) this.#released.add(session);
    const rows = new Set(people.map((row) => row.id));
    this.#claimBack(mine.filter((session) => !rows.has(session)));
    if (!isRestored) return;
    this.#node.wasCompared(version);
    // The restore set the rooms of these sessions back, too.
    for (const session of mine) if (rows.has(session)) this.#moved.add(session);
    const ended = gone.filter((session) => !this.#hooks.isElsewhere(session));
    if (ended.length > 0) this.#hooks.ended(ended);
  }

  /** Somebody is away from this node, and it did not know: it has taken over their row, or has lost sight of them. */
  #adopt({ id, name, address, sinceMicros, codes }: PersonRow, left: Left): void {
    const untilMicros = left.untilMicros ?? this.#clock.micros() + this.#graceMs() * 1000;
    this.#hooks.took(id);
    this.#own.keep({ ...left, id, name, address, sinceMicros, codes, untilMicros });
    // So that the others are told.
    this.#moved.add(id);
  }

  async #writeReleased(): Promise<void> {
    const sessions = [...this.#released];
    if (sessions.length === 0) return;
    const released = await this.#table.release(sessions);
    const gone = sessions.filter((session) => !released.elsewhere.has(session));
    const ended = gone.filter((session) => this.#over.has(session));
    for (const waiting of [this.#released, this.#over]) for (const session of sessions) waiting.delete(session);
    for (const message of peopleMessages(released, [], gone)) this.#hooks.tell(message);
    if (ended.length > 0) this.#hooks.ended(ended);
  }

  async #writeChanged(): Promise<void> {
    const claims = this.#claims.flatMap((claim): ClaimedRow[] => {
      const row = claim.row();
      return row ? [{ claim, row }] : [];
    });
    const moved = [...this.#moved].map((session) => this.#own.rowOf(session)).filter((row) => row !== null);
    this.#moved.clear();
    this.#claims = [];
    if (claims.length === 0 && moved.length === 0) return;
    const written = await this.#put(claims, moved);
    // The node has a new id since, and these names are held under the old one. People who were here then are being
    // claimed again already.
    if (written.node !== this.#node.id) return this.#queueAgain(claims);
    const rows = [
      ...claims.map(({ row }) => row).filter(({ id }) => written.held.has(id)),
      ...moved.filter(({ id }) => written.moved.has(id)),
    ];
    this.#own.wereWritten(rows, written.version);
    for (const message of peopleMessages(written, rows, [])) this.#hooks.tell(message);
    for (const { claim, row } of claims) {
      claim.settle(written.held.has(row.id) ? null : (written.refused.get(row.id) ?? NOBODY));
    }
  }

  async #put(claims: readonly ClaimedRow[], moved: readonly PersonRow[]): Promise<Written> {
    const rows = claims.map(({ row }) => row);
    try {
      return await this.#table.put(rows, moved);
    } catch (error) {
      for (const { id } of moved) this.#moved.add(id);
      // Nothing was written, and nothing will be.
      if (error instanceof StoreError && error.code === "fenced") this.#queueAgain(claims);
      else for (const { claim } of claims) claim.fail(error);
      throw error;
    }
  }

  #queueAgain(claims: readonly ClaimedRow[]): void {
    this.#claims = [...claims.map(({ claim }) => claim).filter(({ isWanted }) => isWanted()), ...this.#claims];
  }
}
