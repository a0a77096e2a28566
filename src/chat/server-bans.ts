import type { Clock } from "../ports/clock.ts";
import type { BanRecord, BanStore } from "../ports/store.ts";
import { parseUserName } from "../domain/names.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { networkOf } from "../domain/address.ts";
import { parsedAddress, parseRange, Ranges } from "../domain/ranges.ts";

/**
 * Whom a ban is on: an address, a range of addresses, or a name, in the one form in which they are compared; null: nobody.
 * An IPv6 address stands for its /64, of which its subscriber has every other address, too; `/128` is that address alone.
 */
export function parseBanSubject(text: string): string | null {
  const range = parseRange(text);
  if (range === null) return parseUserName(text)?.key ?? null;
  return text.includes("/") && isIPv6Address(range) ? `${range}/128` : networkOfSubject(range);
}

/** What a ban holds for; of one on a single IPv6 address, as earlier versions stored them, the /64. */
function networkOfSubject(subject: string): string {
  return isIPv6Address(subject) ? networkOf(subject) : subject;
}

/** @param subject an address, a range of addresses, or a name's key */
function isIPv6Address(subject: string): boolean {
  return subject.includes(":") && !subject.includes("/");
}

/** Pause before bans that could not be read are read again. */
const RETRY_MS = 1000;

/** Who may not come in at all, wherever they come in. What is in force is kept at hand; the store has it for the next start. */
export class ServerBans {
  readonly #store: BanStore;
  readonly #clock: Clock;
  readonly #telemetry: Pick<Telemetry, "storeHealth">;
  readonly #listeners: (() => number)[] = [];
  /** By what they hold for, as they are stored: of a /64 earlier versions may have stored several. */
  #bySubject: Map<string, readonly BanRecord[]> = new Map();
  /** Those on ranges of addresses other than an IPv6 /64, with what tells who is in them. */
  #ranges: readonly { readonly subject: string; readonly range: Ranges }[] = [];

  constructor(store: BanStore, clock: Clock, telemetry: Pick<Telemetry, "storeHealth">) {
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  /** Calls back whenever others may be banned than before. @param listener closes their connections, and returns how many */
  listen(listener: () => number): void {
    this.#listeners.push(listener);
  }

  /** Reads what is stored. Rejects with a `StoreError`: then nothing has changed. */
  async load(): Promise<void> {
    const bans = await this.#store.bans();
    const inForce = bans.filter((ban) => this.#isInForce(ban));
    this.#bySubject = Map.groupBy(inForce, ({ subject }) => networkOfSubject(subject));
    this.#changed();
    for (const ban of bans) {
      // In a store that takes nothing it stays, and holds no more.
      if (!this.#isInForce(ban)) await this.#store.removeBan(ban.subject).catch(() => {});
    }
  }

  /** Another node has changed them: as `load`, and again until that succeeds. */
  reloadSoon(): void {
    this.load().catch((error: unknown) => {
      this.#telemetry.storeHealth(error);
      this.#clock.after(RETRY_MS, () => this.reloadSoon());
    });
  }

  /** Those in force, those whose subject was banned last at the end. */
  all(): readonly BanRecord[] {
    return [...this.#bySubject].flatMap(([subject, bans]) =>
      bans.filter((ban) => this.#isInForce(ban)).map((ban) => ({ ...ban, subject })),
    );
  }

  /**
   * Takes the place of what held for the same. Resolves with how many connections were closed here; rejects with a
   * `StoreError`: then what held before holds.
   */
  async add(ban: BanRecord): Promise<number> {
    await this.#store.putBan(ban);
    for (const other of this.#othersFor(ban.subject)) await this.#store.removeBan(other);
    this.#bySubject.delete(ban.subject);
    this.#bySubject.set(ban.subject, [ban]);
    return this.#changed();
  }

  /** Returns false where there is no such ban. Rejects with a `StoreError`: then it holds as before. */
  async remove(subject: string): Promise<boolean> {
    for (const stored of [subject, ...this.#othersFor(subject)]) await this.#store.removeBan(stored);
    const was = this.#bySubject.delete(subject);
    this.#changed();
    return was;
  }

  onAddress(address: string): BanRecord | null {
    if (this.#bySubject.size === 0) return null;
    const own = this.#inForce(networkOf(address));
    if (own) return own;
    if (this.#ranges.length === 0) return null;
    const parsed = parsedAddress(address);
    for (const { subject, range } of this.#ranges) {
      const ban = range.containsParsed(parsed) ? this.#inForce(subject) : null;
      if (ban) return ban;
    }
    return null;
  }

  onName(key: string): BanRecord | null {
    return this.#inForce(key);
  }

  /** What is stored under another subject and holds for this one. */
  #othersFor(subject: string): string[] {
    return (this.#bySubject.get(subject) ?? []).map((ban) => ban.subject).filter((stored) => stored !== subject);
  }

  #changed(): number {
    // What ends in /64 is IPv6, and found by the network of an address.
    this.#ranges = [...this.#bySubject.keys()]
      .filter((subject) => subject.includes("/") && !subject.endsWith("/64"))
      .map((subject) => ({ subject, range: new Ranges([subject]) }));
    return this.#listeners.reduce((closed, listener) => closed + listener(), 0);
  }

  #inForce(subject: string): BanRecord | null {
    return this.#bySubject.get(subject)?.find((ban) => this.#isInForce(ban)) ?? null;
  }

  #isInForce({ untilMicros }: BanRecord): boolean {
    return untilMicros === null || untilMicros > this.#clock.micros();
  }
}
