import type { Clock } from "../../ports/clock.ts";
import type { ClusterMessage } from "../../ports/cluster-message.ts";
import type { Newcomer } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { LocalPerson, Roster } from "../roster.ts";
import { type Claim, NameRecovery } from "./name-recovery.ts";
import type { NodeIdentity } from "../../postgres/node-identity.ts";
import { peopleMessages } from "./people-messages.ts";
import type { PeopleTable, Written } from "./people-table.ts";

export interface LocalPeopleParts {
  readonly table: PeopleTable;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly node: Pick<NodeIdentity, "id" | "wasCompared">;
}

export interface LocalPeopleHooks {
  tell(message: ClusterMessage): void;
  /** The session may have lost its name. One of the next two follows, unless the session ends. */
  unconfirmed(session: number): void;
  /** The session holds its name again. */
  held(session: number): void;
  /** Somebody else has the name of this session. */
  lostName(session: number): void;
  /** These sessions had ended here, but the restored database had them again. */
  ended(sessions: readonly number[]): void;
  failed(error: unknown): void;
}

/** Time before a failed write is tried again; after a fenced one it is shorter. */
const RETRY_MS = 500;
const FENCED_RETRY_MS = 50;
/** Interval between comparisons of the rows of this node with its people. */
const RECONCILE_MS = 60_000;

/** The people of this node, and their rows. Changes that come while a batch is written make the next batch. */
export class LocalPeople {
  readonly #table: PeopleTable;
  readonly #clock: Clock;
  readonly #node: LocalPeopleParts["node"];
  readonly #hooks: LocalPeopleHooks;
  readonly #roster: Roster;
  #claims: Claim[] = [];
  readonly #released = new Set<number>();
  /** Sessions whose rooms have to be written. */
  readonly #moved = new Set<number>();
  readonly #recovery: NameRecovery;
  /** Whether to compare the rows with the people before any other write; `restored`: as the database was restored. */
  #compare: "no" | "yes" | "restored" = "no";
  #isWriting = false;
  #isStopped = false;

  /** @param patienceMs minimum time for which a name that somebody else holds is claimed back */
  constructor({ table, roster, clock, node }: LocalPeopleParts, patienceMs: number, hooks: LocalPeopleHooks) {
    this.#table = table;
    this.#roster = roster;
    this.#clock = clock;
    this.#node = node;
    this.#hooks = hooks;
    this.#recovery = new NameRecovery(clock, patienceMs, {
      claim: (claim) => {
        this.#claims.push(claim);
        this.#writeSoon();
      },
      unconfirmed: (session) => hooks.unconfirmed(session),
      held: (session, hasMoved) => {
        if (hasMoved) this.#moved.add(session);
        hooks.held(session);
      },
      lost: (session) => this.#lost(session),
    });
  }

  start(): void {
    this.#reconcileLater();
  }

  /** Stops writing. Names that are not released yet go with the lease of the node. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves with whether the newcomer holds the name. Rejects with a `StoreError`. */
  claim(newcomer: Newcomer): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const { id, name, address, sinceMicros } = newcomer;
    const person: LocalPerson = { id, name, address, sinceMicros, rooms: new Map(), node: null };
    const settle = (isHeld: boolean): void => {
      if (isHeld) this.#roster.add(person);
      resolve(isHeld);
    };
    const fail = (error: unknown): void => {
      // The claim may have taken effect, so the name is released.
      this.#released.add(person.id);
      reject(error);
    };
    this.#claims.push({ person, settle, fail, isWanted: () => true });
    this.#writeSoon();
    return promise;
  }

  release(session: number): void {
    if (!this.#forget(session)) return;
    this.#moved.delete(session);
    this.#claims = this.#claims.filter(({ person }) => person.id !== session);
    this.#released.add(session);
    this.#writeSoon();
  }

  joined(session: number, room: number): void {
    this.#roster.enter(session, room, this.#clock.micros());
    this.#move(session);
  }

  left(session: number, room: number): void {
    this.#roster.leave(session, room);
    this.#move(session);
  }

  /** Claims the names of all people here: the node has a new id, under which the database has none of them. */
  claimAgain(): void {
    this.#released.clear();
    this.#moved.clear();
    this.#compare = "no";
    this.#claimBack([...this.#roster.here.values()]);
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

  /** Claims names for people who are here already. Their names are unconfirmed until they hold them again. */
  #claimBack(people: readonly LocalPerson[]): void {
    for (const person of people) {
      this.#moved.delete(person.id);
      this.#recovery.begin(person);
    }
    this.#claims = this.#claims.filter(({ isWanted }) => isWanted());
  }

  #lost(session: number): void {
    this.#forget(session);
    // Other nodes may have been told that this session is here.
    this.#released.add(session);
    this.#hooks.lostName(session);
  }

  #forget(session: number): boolean {
    const wasHere = this.#roster.here.has(session);
    this.#recovery.end(session);
    this.#roster.remove(session);
    return wasHere;
  }

  #move(session: number): void {
    if (!this.#roster.here.has(session)) return;
    if (!this.#recovery.moved(session)) this.#moved.add(session);
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
        // Every node releases before it claims: somebody at another node may want a name that is held here for nobody.
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
    const { version, sessions } = await this.#table.ownSessions();
    if (id !== this.#node.id) return;
    const isRestored = this.#compare === "restored";
    this.#compare = "no";
    const { here } = this.#roster;
    const gone = [...sessions].filter((session) => !here.has(session) && !this.#released.has(session));
    for (const session of gone) this.#released.add(session);
    this.#claimBack([...here.values()].filter((person) => !sessions.has(person.id)));
    if (!isRestored) return;
    this.#node.wasCompared(version);
    // The restore set the rooms of these sessions back, too.
    for (const session of here.keys()) if (sessions.has(session)) this.#moved.add(session);
    if (gone.length > 0) this.#hooks.ended(gone);
  }

  async #writeReleased(): Promise<void> {
    const gone = [...this.#released];
    if (gone.length === 0) return;
    const written = await this.#table.release(gone);
    for (const session of gone) this.#released.delete(session);
    this.#tell(peopleMessages(written, [], gone));
  }

  async #writeChanged(): Promise<void> {
    const claims = this.#claims;
    const moved = [...this.#moved].map((id) => this.#roster.here.get(id)).filter((person) => person !== undefined);
    this.#moved.clear();
    if (claims.length === 0 && moved.length === 0) return;
    this.#claims = [];
    const written = await this.#put(claims, moved);
    // The node has a new id since, and these names are held under the old one. People who were here then are being
    // claimed again already.
    if (written.node !== this.#node.id) {
      return this.#claimAgain(claims);
    }
    const { held, renewed } = written;
    const here = new Set([...claims.filter(({ person }) => held.has(person.id)).map(({ person }) => person), ...moved]);
    this.#tell(peopleMessages(written, [...here], []));
    for (const { person, settle } of claims) settle(held.has(person.id), renewed.get(person.id) ?? 0);
  }

  async #put(claims: readonly Claim[], moved: readonly LocalPerson[]): Promise<Written> {
    const claimed = claims.map(({ person }) => person);
    try {
      return await this.#table.put(claimed, moved);
    } catch (error) {
      for (const { id } of moved) this.#moved.add(id);
      // Nothing was written, and nothing will be.
      if (error instanceof StoreError && error.code === "fenced") this.#claimAgain(claims);
      else for (const { fail } of claims) fail(error);
      throw error;
    }
  }

  #claimAgain(claims: readonly Claim[]): void {
    this.#claims = [...claims.filter(({ isWanted }) => isWanted()), ...this.#claims];
  }

  #tell(messages: readonly ClusterMessage[]): void {
    for (const message of messages) this.#hooks.tell(message);
  }
}
