import type { Client } from "pg";
import type { ClusterMessage } from "../ports/cluster-message.ts";
import type { Bus, BusListener } from "../ports/bus.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { DatabaseConnection } from "../postgres/connection.ts";
import type { Credentials } from "../postgres/login.ts";
import { decode, encode } from "./envelope.ts";

/** PostgreSQL takes less than 8,000 bytes. */
const MAX_BYTES = 7900;
const SENT_AT_ONCE = 200;
/** What waits while the database is away is of no use when it is back. */
const MAX_WAITING = 20_000;
const DEADLINE_MS = 3000;

export interface PostgresBusSettings {
  /** Names the cluster. */
  readonly cluster: string;
  /** So often is the connection asked whether it still hears. */
  readonly heartbeatMs: number;
  /** This node's id, at the moment. */
  readonly node: () => number;
  readonly misunderstood: () => void;
  readonly failed: (error: unknown) => void;
}

/** `LISTEN` and `NOTIFY`: each on a connection of its own, and after what is told of was committed. */
export class PostgresBus implements Bus {
  readonly #settings: PostgresBusSettings;
  readonly #clock: Clock;
  readonly #channel: string;
  readonly #listener: DatabaseConnection;
  readonly #publisher: DatabaseConnection;
  readonly #followers: BusListener[] = [];
  #waiting: string[] = [];
  #isSending = false;
  #heartbeat: Timer | null = null;
  #isClosed = false;
  #hasHeard = false;

  constructor(login: Credentials, clock: Clock, settings: PostgresBusSettings) {
    this.#settings = settings;
    this.#clock = clock;
    this.#channel = `chatd_${settings.cluster.replaceAll("-", "")}`;
    this.#listener = new DatabaseConnection(login, clock, {
      purpose: "listen",
      deadlineMs: DEADLINE_MS,
      onConnect: (client) => this.#listen(client),
      onDrop: () => void this.#beat(),
    });
    this.#publisher = new DatabaseConnection(login, clock, {
      purpose: "notify",
      deadlineMs: DEADLINE_MS,
      // A notification is of no use after a crash.
      settings: { synchronous_commit: "off" },
    });
  }

  /** Rejects with a `StoreError`. */
  async start(): Promise<void> {
    await this.#listener.connected();
    this.#beatLater();
  }

  publish(news: ClusterMessage): void {
    if (this.#waiting.length >= MAX_WAITING || this.#isClosed) return;
    this.#waiting.push(...encode(news, this.#settings.node(), MAX_BYTES));
    if (this.#isSending) return;
    this.#isSending = true;
    this.#clock.soon(() => void this.#send());
  }

  listen(follower: BusListener): void {
    this.#followers.push(follower);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#heartbeat?.cancel();
    await Promise.all([this.#listener.close(), this.#publisher.close()]);
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const messages = this.#waiting.splice(0, SENT_AT_ONCE);
      try {
        await this.#publisher.query("notify", "select pg_notify($1, m) from unnest($2::text[]) m", [
          this.#channel,
          messages,
        ]);
      } catch (error) {
        // Whoever misses it finds it in the store.
        this.#waiting = [];
        this.#settings.failed(error);
      }
    }
    this.#isSending = false;
  }

  async #listen(client: Client): Promise<void> {
    client.on("notification", ({ payload = "" }) => this.#heard(payload));
    await client.query(`listen ${this.#channel}`);
    // From here on nothing is missed; but before?
    if (this.#hasHeard) this.#clock.soon(() => this.#mayHaveMissed());
    this.#hasHeard = true;
  }

  #heard(payload: string): void {
    let news: ClusterMessage | null;
    try {
      news = decode(payload, this.#settings.node());
    } catch {
      return this.#settings.misunderstood();
    }
    if (news) for (const follower of this.#followers) follower.heard(news);
  }

  #mayHaveMissed(): void {
    for (const follower of this.#followers) follower.mayHaveMissed();
  }

  /** A connection that was cut says nothing by itself. */
  async #beat(): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#listener.query(null, "select 1");
    } catch (error) {
      this.#settings.failed(error);
    }
    this.#beatLater();
  }

  #beatLater(): void {
    this.#heartbeat?.cancel();
    if (!this.#isClosed) this.#heartbeat = this.#clock.after(this.#settings.heartbeatMs, () => void this.#beat());
  }
}
