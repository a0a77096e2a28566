import type { BanRecord, Clock, Store } from "../chat/ports.ts";
import { parseUserName } from "../chat/names.ts";
import { parseRange, Ranges } from "./ranges.ts";

/** Whom a ban is on: an address, a range of addresses, or a name, in the one form in which they are compared; null: nobody. */
export function parseBanSubject(text: string): string | null {
  return parseRange(text) ?? parseUserName(text)?.key ?? null;
}

/** Who may not come in at all, wherever they come in. What is in force is kept at hand; the store has it for the next start. */
export class Bans {
  readonly #store: Store;
  readonly #clock: Clock;
  #bySubject: Map<string, BanRecord> = new Map();
  /** Those on ranges of addresses, with what tells who is in them. */
  #ranges: readonly { readonly ban: BanRecord; readonly range: Ranges }[] = [];

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Reads what is stored. Rejects with a `StoreError`: then nothing has changed. */
  async load(): Promise<void> {
    const bans = await this.#store.bans();
    this.#bySubject = new Map(bans.filter((ban) => this.#isInForce(ban)).map((ban) => [ban.subject, ban]));
    this.#index();
    for (const ban of bans) {
      // In a store that takes nothing it stays, and holds no more.
      if (!this.#isInForce(ban)) await this.#store.removeBan(ban.subject).catch(() => {});
    }
  }

  /** Those in force, the newest last. */
  all(): readonly BanRecord[] {
    return [...this.#bySubject.values()].filter((ban) => this.#isInForce(ban));
  }

  /** Rejects with a `StoreError`: then nothing has changed. */
  async add(ban: BanRecord): Promise<void> {
    await this.#store.putBan(ban);
    this.#bySubject.delete(ban.subject);
    this.#bySubject.set(ban.subject, ban);
    this.#index();
  }

  /** Returns false where there is no such ban. Rejects with a `StoreError`: then nothing has changed. */
  async remove(subject: string): Promise<boolean> {
    await this.#store.removeBan(subject);
    const was = this.#bySubject.delete(subject);
    this.#index();
    return was;
  }

  onAddress(address: string): BanRecord | null {
    const exact = this.#inForce(this.#bySubject.get(address));
    if (exact) return exact;
    return this.#ranges.find(({ ban, range }) => this.#isInForce(ban) && range.contains(address))?.ban ?? null;
  }

  onName(key: string): BanRecord | null {
    return this.#inForce(this.#bySubject.get(key));
  }

  #index(): void {
    this.#ranges = [...this.#bySubject.values()]
      .filter((ban) => ban.subject.includes("/"))
      .map((ban) => ({ ban, range: new Ranges([ban.subject]) }));
  }

  #inForce(ban: BanRecord | undefined): BanRecord | null {
    return ban && this.#isInForce(ban) ? ban : null;
  }

  #isInForce({ until }: BanRecord): boolean {
    return until === null || until > this.#clock.micros();
  }
}
