import type { Client } from "pg";
import type { ClusterMessage } from "../ports/cluster-message.ts";
import type { Bus, BusListener } from "../ports/bus.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import { DatabaseConnection } from "../postgres/connection.ts";
import type { Credentials } from "../postgres/login.ts";
import { decode, encode } from "./envelope.ts";

/** Maximum bytes of a message: the payload of a NOTIFY must be shorter than 8,000 bytes. */
const MAX_BYTES = 7900;
/** Maximum messages per query. */
const SENT_AT_ONCE = 200;
/** Number of waiting messages from which further ones are dropped: old messages are of no use after an outage. */
const MAX_WAITING = 20_000;
const DEADLINE_MS = 3000;

export interface PostgresBusSettings {
  /** Id of the cluster, a part of the name of its channel. */
  readonly cluster: string;
  /** Interval between checks that the listening connection still works. */
  readonly heartbeatMs: number;
  readonly node: () => number;
  readonly misunderstood: () => void;
  readonly failed: (error: unknown) => void;
}

/** A bus over `LISTEN` and `NOTIFY`, each on a connection of its own. Callers publish only what is committed. */
export class PostgresBus implements Bus {
  readonly #settings: PostgresBusSettings;
  readonly #clock: Clock;
  readonly #channel: string;
  readonly #listenConnection: DatabaseConnection;
  readonly #notifyConnection: DatabaseConnection;
  readonly #listeners: BusListener[] = [];
  #waiting: string[] = [];
  #isSending = false;
  #heartbeat: Timer | null = null;
  #isClosed = false;
  #hasListened = false;

  constructor(login: Credentials, clock: Clock, settings: PostgresBusSettings) {
    this.#settings = settings;
    this.#clock = clock;
    this.#channel = `chatd_${settings.cluster.replaceAll("-", "")}`;
    this.#listenConnection = new DatabaseConnection(login, clock, {
      purpose: "listen",
      deadlineMs: DEADLINE_MS,
      onConnect: (client) => this.#listen(client),
      onDrop: () => void this.#beat(),
    });
    this.#notifyConnection = new DatabaseConnection(login, clock, {
      purpose: "notify",
      deadlineMs: DEADLINE_MS,
      // A notification is of no use after a crash.
      settings: { synchronous_commit: "off" },
    });
  }

  /** Connects, and begins to listen. Rejects with a `StoreError`. */
  async start(): Promise<void> {
    await this.#listenConnection.connected();
    this.#beatLater();
  }

  publish(message: ClusterMessage): void {
    if (this.#waiting.length >= MAX_WAITING || this.#isClosed) return;
    this.#waiting.push(...encode(message, this.#settings.node(), MAX_BYTES));
    if (this.#isSending) return;
    this.#isSending = true;
    this.#clock.soon(() => void this.#send());
  }

  listen(listener: BusListener): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#heartbeat?.cancel();
    await Promise.all([this.#listenConnection.close(), this.#notifyConnection.close()]);
  }

  async #send(): Promise<void> {
    while (this.#waiting.length > 0) {
      const messages = this.#waiting.splice(0, SENT_AT_ONCE);
      try {
        await this.#notifyConnection.query("notify", "select pg_notify($1, m) from unnest($2::text[]) m", [
          this.#channel,
          messages,
        ]);
      } catch (error) {
        // The waiting messages are dropped: the other nodes find what they miss in the store.
        this.#waiting = [];
        this.#settings.failed(error);
      }
    }
    this.#isSending = false;
  }

  async #listen(client: Client): Promise<void> {
    client.on("notification", ({ payload = "" }) => this.#heard(payload));
    await client.query(`listen ${this.#channel}`);
    // Messages that were sent while there was no connection are lost.
    if (this.#hasListened) this.#clock.soon(() => this.#mayHaveMissed());
    this.#hasListened = true;
  }

  #heard(payload: string): void {
    let message: ClusterMessage | null;
    try {
      message = decode(payload, this.#settings.node());
    } catch {
      return this.#settings.misunderstood();
    }
    if (message) for (const listener of this.#listeners) listener.heard(message);
  }

  #mayHaveMissed(): void {
    for (const listener of this.#listeners) listener.mayHaveMissed();
  }

  /** Queries the listening connection, because a broken connection may not report that by itself. */
  async #beat(): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.#listenConnection.query(null, "select 1");
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
