import type { Clock } from "../ports/clock.ts";
import type { Whereabouts } from "../ports/cluster-message.ts";
import type { BanRecord, BanStore } from "../ports/store.ts";
import { parseUserName } from "../domain/names.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { networkOf } from "../domain/address.ts";
import { parsedAddress, parseRange, Ranges } from "../domain/ranges.ts";

/**
 * Returns an address, a range or a name's key in the form in which bans are compared; null: the text is none of them.
 * An IPv6 address stands for its /64, which one subscriber has; with `/128` it stands for itself alone.
 */
export function parseBanSubject(text: string): string | null {
  const range = parseRange(text);
  if (range === null) return parseUserName(text)?.key ?? null;
  return text.includes("/") && isIPv6Address(range) ? `${range}/128` : networkOfSubject(range);
}

/** Returns what a ban holds for: its subject, or the /64 of a single IPv6 address, as earlier versions stored it. */
function networkOfSubject(subject: string): string {
  return isIPv6Address(subject) ? networkOf(subject) : subject;
}

/** @param subject an address, a range of addresses, or a name's key */
function isIPv6Address(subject: string): boolean {
  return subject.includes(":") && !subject.includes("/");
}

/** Pause before bans that could not be read are read again. */
const RETRY_MS = 1000;

/** Who may not come in, by whichever door. Bans in force are in memory; the store keeps them for the next start. */
export class ServerBans {
  readonly #store: BanStore;
  readonly #clock: Clock;
  readonly #telemetry: Pick<Telemetry, "storeHealth">;
  readonly #listeners: (() => number)[] = [];
  /** Bans as they are stored, by what they hold for. Earlier versions may have stored several for one /64. */
  #bySubject: Map<string, readonly BanRecord[]> = new Map();
  /** The subjects that are ranges of addresses other than an IPv6 /64, with the parsed range. */
  #ranges: readonly { readonly subject: string; readonly range: Ranges }[] = [];

  constructor(store: BanStore, clock: Clock, telemetry: Pick<Telemetry, "storeHealth">) {
    this.#store = store;
    this.#clock = clock;
    this.#telemetry = telemetry;
  }

  /** Calls a listener whenever bans have changed: it closes connections of the banned, and returns their number. */
  listen(listener: () => number): void {
    this.#listeners.push(listener);
  }

  /** Reads the bans in the store. Rejects with a `StoreError`: then nothing has changed. */
  async load(): Promise<void> {
    const bans = await this.#store.bans();
    const inForce = bans.filter((ban) => this.#isInForce(ban));
    this.#bySubject = Map.groupBy(inForce, ({ subject }) => networkOfSubject(subject));
    this.#changed();
    for (const ban of bans) {
      // If the store takes nothing, the ban stays there, and holds no more.
      if (!this.#isInForce(ban)) await this.#store.removeBan(ban.subject).catch(() => {});
    }
  }

  /** Called when another node has changed bans: as `load`, and again until that succeeds. */
  reloadSoon(): void {
    this.load().catch((error: unknown) => {
      this.#telemetry.storeHealth(error);
      this.#clock.after(RETRY_MS, () => this.reloadSoon());
    });
  }

  /** Returns the bans in force, with the subject that was banned last at the end. */
  all(): readonly BanRecord[] {
    return [...this.#bySubject].flatMap(([subject, bans]) =>
      bans.filter((ban) => this.#isInForce(ban)).map((ban) => ({ ...ban, subject })),
    );
  }

  /** Adds or replaces a ban. Resolves with the number of connections closed here; a `StoreError` changes nothing. */
  async add(ban: BanRecord): Promise<number> {
    await this.#store.putBan(ban);
    for (const other of this.#othersFor(ban.subject)) await this.#store.removeBan(other);
    this.#bySubject.delete(ban.subject);
    this.#bySubject.set(ban.subject, [ban]);
    return this.#changed();
  }

  /** Lifts a ban. Resolves with whether there was one; rejects with a `StoreError`: then it still holds here. */
  async remove(subject: string): Promise<boolean> {
    for (const stored of [subject, ...this.#othersFor(subject)]) await this.#store.removeBan(stored);
    const was = this.#bySubject.delete(subject);
    this.#changed();
    return was;
  }

  /** Returns the ban that holds for an address; null: none. */
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

  /** Returns the ban that holds for somebody; null: none. */
  onPerson({ name, address }: Pick<Whereabouts, "address" | "name">): BanRecord | null {
    return this.onName(name.key) ?? this.onAddress(address);
  }

  onName(key: string): BanRecord | null {
    return this.#inForce(key);
  }

  /** Returns the other subjects under which bans are stored that hold for this one. */
  #othersFor(subject: string): string[] {
    return (this.#bySubject.get(subject) ?? []).map((ban) => ban.subject).filter((stored) => stored !== subject);
  }

  /** Returns the number of connections that the listeners closed. */
  #changed(): number {
    // A subject that ends in /64 is IPv6, and is found by the network of an address.
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
