import type { Clock } from "../../ports/clock.ts";
import type { Newcomer } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import { byName } from "../../chat/rooms/listings.ts";
import type { ClusterMessage } from "../../ports/cluster-message.ts";
import { SortedTree } from "../../domain/sorted-tree.ts";
import type { NodeIdentity } from "../../postgres/identity.ts";
import { NameDoubts } from "./name-doubts.ts";
import { newsOf } from "./people-messages.ts";
import type { Claim, LocalPerson, PeopleTable, Written } from "../postgres/people-table.ts";

export interface LocalPeopleHooks {
  tell(news: ClusterMessage): void;
  /** It is unknown whether this session still holds its name, until one of the next two. */
  doubted(session: number): void;
  held(session: number): void;
  /** Somebody else has the name of this session. */
  lostName(session: number): void;
  /** The database was restored, and had these sessions, which have ended. */
  ended(sessions: readonly number[]): void;
  failed(error: unknown): void;
}

const RETRY_MS = 500;
const FENCED_RETRY_MS = 50;
const RECONCILE_MS = 60_000;

/**
 * The people of this node, and what is written of them: names that they hold, and the rooms that they are in. Everything
 * that happens while one batch is written is the next one: the number of queries grows with time, and not with people.
 */
export class LocalPeople {
  readonly #table: PeopleTable;
  readonly #clock: Clock;
  readonly #node: NodeIdentity;
  readonly #hooks: LocalPeopleHooks;
  readonly #people = new Map<number, LocalPerson>();
  readonly #byName = new SortedTree<LocalPerson>(byName);
  #claims: Claim[] = [];
  readonly #released = new Set<number>();
  readonly #moved = new Set<number>();
  readonly #doubts: NameDoubts;
  /** Whether the rows are to be compared with people next; `restored`: the database has another past. */
  #compare: "no" | "yes" | "restored" = "no";
  #isWriting = false;
  #isStopped = false;

  /** @param patienceMs a name that somebody else holds is claimed back for so long, and until their node has shown that it lives */
  constructor(table: PeopleTable, clock: Clock, node: NodeIdentity, patienceMs: number, hooks: LocalPeopleHooks) {
    this.#table = table;
    this.#clock = clock;
    this.#node = node;
    this.#hooks = hooks;
    this.#doubts = new NameDoubts(clock, patienceMs, {
      claim: (claim) => {
        this.#claims.push(claim);
        this.#writeSoon();
      },
      doubted: (session) => hooks.doubted(session),
      held: (session, hasMoved) => {
        if (hasMoved) this.#moved.add(session);
        hooks.held(session);
      },
      lost: (session) => this.#lost(session),
    });
  }

  get size(): number {
    return this.#people.size;
  }

  /** The first ones in the order of their names, `limit` or all. */
  firstByName(limit: number): readonly LocalPerson[] {
    return this.#byName.first(limit);
  }

  get(session: number): LocalPerson | undefined {
    return this.#people.get(session);
  }

  start(): void {
    this.#reconcileLater();
  }

  /** What is not written yet goes with the node's lease. */
  stop(): void {
    this.#isStopped = true;
  }

  claim(newcomer: Newcomer): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const own = { ...newcomer, rooms: new Map<number, number>() };
    const settle = (isHeld: boolean): void => {
      if (isHeld) {
        this.#people.set(own.id, own);
        this.#byName.add(own);
      }
      resolve(isHeld);
    };
    const fail = (error: unknown): void => {
      // Whether it took effect is not known: what it may have taken is given back.
      this.#released.add(own.id);
      reject(error);
    };
    this.#claims.push({ own, settle, fail, isWanted: () => true });
    this.#writeSoon();
    return promise;
  }

  release(session: number): void {
    if (!this.#forget(session)) return;
    this.#moved.delete(session);
    this.#claims = this.#claims.filter(({ own }) => own.id !== session);
    this.#released.add(session);
    this.#writeSoon();
  }

  joined(session: number, room: number): void {
    this.#people.get(session)?.rooms.set(room, this.#clock.micros());
    this.#move(session);
  }

  left(session: number, room: number): void {
    this.#people.get(session)?.rooms.delete(room);
    this.#move(session);
  }

  /** The node bears another id now, under which the database knows nothing of it. */
  claimAgain(): void {
    this.#released.clear();
    this.#moved.clear();
    this.#compare = "no";
    this.#claimBack([...this.#people.values()]);
    this.#writeSoon();
  }

  /** Compares the rows of this node with its people, before anything else is written. */
  reconcile(isRestored = false): void {
    if (isRestored) this.#compare = "restored";
    else if (this.#compare === "no") this.#compare = "yes";
    this.#writeSoon();
  }

  #reconcileLater(): void {
    this.#clock.after(RECONCILE_MS, () => {
      if (this.#isStopped) return;
      this.reconcile();
      this.#reconcileLater();
    });
  }

  /** For people who are here already: until their names are theirs again, they are in doubt. */
  #claimBack(people: readonly LocalPerson[]): void {
    for (const own of people) {
      this.#moved.delete(own.id);
      this.#doubts.begin(own);
    }
    this.#claims = this.#claims.filter(({ isWanted }) => isWanted());
  }

  #lost(session: number): void {
    this.#forget(session);
    // Others may have been told of them.
    this.#released.add(session);
    this.#hooks.lostName(session);
  }

  /** Returns whether they were there. */
  #forget(session: number): boolean {
    const own = this.#people.get(session);
    if (own) this.#byName.delete(own);
    this.#doubts.end(session);
    return this.#people.delete(session);
  }

  #move(session: number): void {
    if (!this.#people.has(session)) return;
    if (!this.#doubts.moved(session)) this.#moved.add(session);
    this.#writeSoon();
  }

  #writeSoon(): void {
    if (this.#isWriting || this.#isStopped || !this.#hasChanges()) return;
    this.#isWriting = true;
    this.#clock.soon(() => void this.#write());
  }

  async #write(): Promise<void> {
    while (this.#hasChanges() && !this.#isStopped) {
      try {
        await this.#compareRows();
        // Releases go before claims, here as on every node: a name that one holds for nobody, another may want.
        await this.#writeReleased();
        await this.#writeChanged();
      } catch (error) {
        this.#hooks.failed(error);
        const retryMs = error instanceof StoreError && error.code === "fenced" ? FENCED_RETRY_MS : RETRY_MS;
        await new Promise<void>((resolve) => this.#clock.after(retryMs, resolve));
      }
    }
    this.#isWriting = false;
  }

  #hasChanges(): boolean {
    return this.#compare !== "no" || this.#claims.length > 0 || this.#released.size > 0 || this.#moved.size > 0;
  }

  async #compareRows(): Promise<void> {
    if (this.#compare === "no") return;
    const { id } = this.#node;
    const { version, sessions } = await this.#table.read();
    if (id !== this.#node.id) return;
    const isRestored = this.#compare === "restored";
    this.#compare = "no";
    const gone = [...sessions].filter((session) => !this.#people.has(session) && !this.#released.has(session));
    for (const session of gone) this.#released.add(session);
    this.#claimBack([...this.#people.values()].filter((own) => !sessions.has(own.id)));
    if (!isRestored) return;
    this.#node.wasCompared(version);
    // Where people are went back, too.
    for (const session of this.#people.keys()) if (sessions.has(session)) this.#moved.add(session);
    if (gone.length > 0) this.#hooks.ended(gone);
  }

  async #writeReleased(): Promise<void> {
    const gone = [...this.#released];
    if (gone.length === 0) return;
    const written = await this.#table.release(gone);
    for (const session of gone) this.#released.delete(session);
    this.#tell(newsOf(written, [], gone));
  }

  async #writeChanged(): Promise<void> {
    const claims = this.#claims;
    const moved = [...this.#moved].map((id) => this.#people.get(id)).filter((own) => own !== undefined);
    this.#moved.clear();
    if (claims.length === 0 && moved.length === 0) return;
    this.#claims = [];
    const written = await this.#put(claims, moved);
    // It holds what it was asked for as somebody who is gone: those who were here are claimed again by now.
    if (written.node !== this.#node.id) {
      return this.#claimAgain(claims);
    }
    const { held, renewed } = written;
    const here = new Set([...claims.filter(({ own }) => held.has(own.id)).map(({ own }) => own), ...moved]);
    this.#tell(newsOf(written, [...here], []));
    for (const { own, settle } of claims) settle(held.has(own.id), renewed.get(own.id) ?? 0);
  }

  async #put(claims: readonly Claim[], moved: readonly LocalPerson[]): Promise<Written> {
    const claimed = claims.map(({ own }) => own);
    try {
      return await this.#table.put(claimed, moved);
    } catch (error) {
      for (const { id } of moved) this.#moved.add(id);
      // Nothing was done, and will be.
      if (error instanceof StoreError && error.code === "fenced") this.#claimAgain(claims);
      else for (const { fail } of claims) fail(error);
      throw error;
    }
  }

  #claimAgain(claims: readonly Claim[]): void {
    this.#claims = [...claims.filter(({ isWanted }) => isWanted()), ...this.#claims];
  }

  #tell(news: readonly ClusterMessage[]): void {
    for (const one of news) this.#hooks.tell(one);
  }
}
