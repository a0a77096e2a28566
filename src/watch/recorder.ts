import type { Logger } from "pino";
import type { Clock } from "../ports/clock.ts";
import { StoreError } from "../ports/store-error.ts";
import type { AuditEvent, Telemetry } from "../ports/telemetry.ts";
import type { Foreign } from "../net/foreign-protocol.ts";
import type { RefusalCode } from "../domain/refusals.ts";
import type { CloseReason, DoorTelemetry, TurnedAway } from "../net/telemetry.ts";
import type { DiskWatcher } from "./disk.ts";
import type { Metrics, Readings } from "./metrics.ts";
import { LogThrottle } from "./log-throttle.ts";

/** Topics are content, and set as often as somebody likes: so many are logged a minute, and how many more. */
const MOST_TOPICS = { each: 10, all: 100 };

/** Turns what happens into metrics and log events. Never logs what people say. */
export class Recorder implements Telemetry, DoorTelemetry, DiskWatcher {
  readonly #log: Logger;
  /** Of the same log, whatever its level: who did what is looked for later. */
  readonly #audit: Logger;
  readonly #metrics: Metrics;
  readonly #seldom: LogThrottle;
  readonly #topics: LogThrottle;
  #isStoreWell = true;
  #isCutOff = false;
  /** Since the state was last logged: whether the store failed, and has not worked after that. */
  #hasFailed = false;
  /** Since the state was last logged; null: nothing was stored. */
  #slowestCommitMs: number | null = null;

  constructor(log: Logger, metrics: Metrics, clock: Clock) {
    this.#log = log;
    this.#audit = log.child({}, { level: "info" });
    this.#metrics = metrics;
    this.#seldom = new LogThrottle(clock);
    this.#topics = new LogThrottle(clock, MOST_TOPICS);
  }

  /** Whether the store did what it was last asked. */
  get isStoreWell(): boolean {
    return this.#isStoreWell;
  }

  opened(): void {
    this.#metrics.connectionsOpened.inc();
  }

  foreign(address: string, protocol: Foreign): void {
    this.#seldomly(`foreign ${protocol}`, { address, protocol }, "Sent away, no telnet");
  }

  turnedAway(address: string, reason: TurnedAway, detail?: string): void {
    this.#metrics.turnedAway.inc({ reason });
    this.#seldomly(`turned away ${reason}`, { address, reason, detail, what: reason }, "Turned away");
  }

  throttled(name: string, address: string): void {
    this.#metrics.throttled.inc();
    this.#seldomly("throttled", { name, address }, "Types faster than the limit");
  }

  loggedIn(name: string, address: string): void {
    this.#metrics.logins.inc();
    this.#log.info({ name, address }, "User connected");
  }

  closed(name: string | null, address: string, reason: CloseReason, unsent: number): void {
    this.#metrics.connectionsClosed.inc({ reason });
    if (unsent > 0) this.#metrics.unsent.inc(unsent);
    if (name === null) this.#log.debug({ address, reason }, "Connection closed before login");
    else
      this.#log.info(unsent > 0 ? { name, address, reason, unsent } : { name, address, reason }, "User disconnected");
  }

  skipped(lines: number): void {
    this.#metrics.skipped.inc(lines);
  }

  refused(code: RefusalCode): void {
    this.#metrics.refusals.inc({ code });
    this.#log.debug({ code, what: code }, "Refused");
  }

  acted({ act, by, room, subject }: AuditEvent): void {
    const what = [by, act, subject, room].filter((part) => part !== null).join(" ");
    const fields = { act, by, room, subject, what };
    // Everything that is done to somebody is written, each: flood control bounds how much that can be.
    const unsaid = act === "set-topic" ? this.#topics.take(act, by) : 0;
    if (unsaid === null) this.#log.debug(fields, "Audit");
    else if (this.#log.level !== "silent") this.#audit.info(withMore(fields, unsaid), "Audit");
  }

  pruned(entries: number): void {
    this.#metrics.pruned.inc(entries);
    this.#log.info({ entries }, "Old messages deleted");
  }

  endedUnused(rooms: number): void {
    this.#log.info({ rooms }, "Unused rooms ended");
  }

  little(isLittle: boolean, freeBytes: number): void {
    if (isLittle) this.#log.warn({ freeBytes }, "Little disk space is left for the database");
    else this.#log.info({ freeBytes }, "There is enough disk space again");
  }

  stored(lines: number, appendMs: number): void {
    this.#metrics.messages.inc(lines);
    this.#metrics.batchLines.observe(lines);
    this.#metrics.appendSeconds.observe(appendMs / 1000);
    this.#slowestCommitMs = Math.max(this.#slowestCommitMs ?? 0, appendMs);
  }

  /**
   * Logs how the server is, for those who see nothing of it but the log: `commitMs` is the slowest commit since the last
   * time, `storeFails` is 1 where the store failed since then and has not worked after that, or the node is cut off, else 0.
   * Where nobody asks the store for anything, nobody knows: a failure does not count for ever.
   */
  logState(readings: Pick<Readings, "sessions" | "connections" | "freeBytes">): void {
    const commitMs = this.#slowestCommitMs;
    this.#slowestCommitMs = null;
    const state = {
      people: readings.sessions(),
      connections: readings.connections(),
      commitMs: commitMs === null ? undefined : Number(commitMs.toFixed(1)),
      freeBytes: readings.freeBytes() ?? undefined,
      storeFails: this.#hasFailed || this.#isCutOff ? 1 : 0,
    };
    this.#hasFailed = false;
    this.#log.info(state, "State");
  }

  delivered(deliveries: number, sinceSaidMs: number | null): void {
    this.#metrics.deliveries.inc(deliveries);
    if (sinceSaidMs !== null) this.#metrics.deliverySeconds.observe(sinceSaidMs / 1000);
  }

  rewound(room: string | null): void {
    this.#metrics.wentBack.inc();
    this.#log.warn({ room }, "The store has another past than before: was it restored?");
  }

  isolated(isCutOff: boolean): void {
    this.#isCutOff = isCutOff;
    this.#metrics.cutOff.set(isCutOff ? 1 : 0);
    if (isCutOff) this.#log.error("Cut off from the database: nothing is delivered until it answers");
    else this.#log.info("The database answers again");
  }

  /** The machine is being taken away: people are sent to another one. */
  leaving({ connections, overMs }: { readonly connections: number; readonly overMs: number }): void {
    this.#log.warn({ connections, overMs }, "This instance is being taken out: closing connections");
  }

  /** Whether the machine's owner can be asked for its fate; told when it changes. */
  metadata(error: unknown): void {
    if (error === null) this.#log.info("The instance metadata service answers again");
    else this.#log.warn({ err: error }, "Nobody will know when this instance is taken out");
  }

  /** What came over the bus and is of no use. */
  misunderstood(): void {
    this.#metrics.misunderstood.inc();
  }

  /** Logged when it changes: a store that is away would fill the log. */
  storeHealth(error: unknown): void {
    this.#hasFailed = error !== null;
    if (error === null) {
      if (!this.#isStoreWell) this.#log.info("The store works again");
      this.#isStoreWell = true;
      return;
    }
    this.#metrics.storeFailures.inc();
    if (this.#isStoreWell || !(error instanceof StoreError)) this.#log.error({ err: error }, "The store failed");
    this.#isStoreWell = false;
  }

  failed(what: string, error: unknown): void {
    this.#metrics.failures.inc();
    this.#log.error({ what, err: error }, "Something failed that should not");
  }

  /** Whoever makes these happen may make as many as they like: at debug each, at info one a minute and how many more. */
  #seldomly(kind: string, fields: object, event: string): void {
    const unsaid = this.#seldom.take(kind);
    if (unsaid === null) this.#log.debug(fields, event);
    else this.#log.info(withMore(fields, unsaid), event);
  }
}

function withMore(fields: object, unsaid: number): object {
  return unsaid > 0 ? { ...fields, more: unsaid } : fields;
}
