import type { Logger } from "pino";
import type { Clock } from "../ports/clock.ts";
import { StoreError } from "../ports/store-error.ts";
import type { AuditEvent, Telemetry } from "../ports/telemetry.ts";
import type { Foreign } from "../net/foreign-protocol.ts";
import type { RefusalCode } from "../domain/refusals.ts";
import type { AnsweredRequest, HttpTelemetry } from "../http/telemetry.ts";
import type { CloseReason, DoorTelemetry, TurnedAway } from "../net/telemetry.ts";
import type { DiskWatcher } from "./disk.ts";
import type { Metrics, Readings } from "./metrics.ts";
import { LogThrottle } from "./log-throttle.ts";

/** Acts that anybody does as often as they like. */
const BOUNDED: ReadonlySet<string> = new Set(["set-topic", "edit", "remove"]);
/** Maximum of each of them that are logged in a minute. */
const MOST_BOUNDED = { each: 10, all: 100 };

/** Turns what happens into metrics and log events. Never logs what people say. */
export class Recorder implements Telemetry, DoorTelemetry, HttpTelemetry, DiskWatcher {
  readonly #log: Logger;
  /** The same log at a fixed level: audit events are logged at every level of the log but `silent`. */
  readonly #audit: Logger;
  readonly #metrics: Metrics;
  readonly #throttle: LogThrottle;
  readonly #bounded: LogThrottle;
  #isStoreWell = true;
  #isIsolated = false;
  /** Whether the store has failed since the state was last logged, and has not worked after that. */
  #hasFailed = false;
  /** Slowest commit since the state was last logged; null: nothing was stored. */
  #slowestCommitMs: number | null = null;

  constructor(log: Logger, metrics: Metrics, clock: Clock) {
    this.#log = log;
    this.#audit = log.child({}, { level: "info" });
    this.#metrics = metrics;
    this.#throttle = new LogThrottle(clock);
    this.#bounded = new LogThrottle(clock, MOST_BOUNDED);
  }

  /** Whether the last call of the store succeeded. */
  get isStoreWell(): boolean {
    return this.#isStoreWell;
  }

  opened(): void {
    this.#metrics.connectionsOpened.inc();
  }

  foreign(address: string, protocol: Foreign): void {
    this.#logThrottled(`foreign ${protocol}`, { address, protocol }, "Not a telnet client");
  }

  turnedAway(address: string, reason: TurnedAway, detail?: string): void {
    this.#metrics.turnedAway.inc({ reason });
    this.#logThrottled(`turned away ${reason}`, { address, reason, detail, what: reason }, "Turned away");
  }

  throttled(name: string, address: string): void {
    this.#metrics.throttled.inc();
    this.#logThrottled("throttled", { name, address }, "Sending too fast");
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

  answered({ method, route, status, ms }: AnsweredRequest): void {
    this.#metrics.httpRequests.inc({ method, route, status });
    this.#metrics.httpSeconds.observe({ route }, ms / 1000);
    // A bug (500) was logged with its error.
    if (status <= 500) return;
    const fields = { method, route, status, ms: Number(ms.toFixed(1)), what: `${method} ${route}` };
    this.#logThrottled(`http ${status} ${fields.what}`, fields, "Request failed");
  }

  refused(code: RefusalCode): void {
    this.#metrics.refusals.inc({ code });
    this.#log.debug({ code, what: code }, "Refused");
  }

  acted({ act, by, room, subject }: AuditEvent): void {
    const what = [by, act, subject, room].filter((part) => part !== null).join(" ");
    const fields = { act, by, room, subject, what };
    // All that is done to somebody is logged; flood control bounds how much that can be.
    const leftOut = BOUNDED.has(act) ? this.#bounded.take(act, by) : 0;
    if (leftOut === null) this.#log.debug(fields, "Audit");
    else if (this.#log.level !== "silent") this.#audit.info(withMore(fields, leftOut), "Audit");
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
   * Logs the state of the server. `commitMs`: the slowest commit since the last time. `storeFails`: 1 where the store
   * has failed since then and not worked after that (a failure counts once), or the node is isolated; otherwise 0.
   */
  logState(readings: Pick<Readings, "sessions" | "connections" | "freeBytes">): void {
    const commitMs = this.#slowestCommitMs;
    this.#slowestCommitMs = null;
    const state = {
      people: readings.sessions(),
      connections: readings.connections(),
      commitMs: commitMs === null ? undefined : Number(commitMs.toFixed(1)),
      freeBytes: readings.freeBytes() ?? undefined,
      storeFails: this.#hasFailed || this.#isIsolated ? 1 : 0,
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

  isolated(isIsolated: boolean): void {
    this.#isIsolated = isIsolated;
    this.#metrics.cutOff.set(isIsolated ? 1 : 0);
    if (isIsolated)
      this.#log.error("Isolated, the lease could not be renewed: nothing is delivered until the database answers");
    else this.#log.info("The database answers again");
  }

  leaving({ connections, overMs }: { readonly connections: number; readonly overMs: number }): void {
    this.#log.warn({ connections, overMs }, "This instance is being terminated: closing connections");
  }

  /** The instance metadata service stopped answering (an error), or answers again (null). */
  metadata(error: unknown): void {
    if (error === null) this.#log.info("The instance metadata service answers again");
    else
      this.#log.warn(
        { err: error },
        "The instance metadata service does not answer: it is not known whether this instance is being terminated",
      );
  }

  misunderstood(): void {
    this.#metrics.misunderstood.inc();
  }

  /** Logs changes alone: a store that is away would fill the log. @param error null: the store works */
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

  /** Logs events that anybody can cause: each at debug, and one a minute at info with the number of those left out. */
  #logThrottled(kind: string, fields: object, event: string): void {
    const leftOut = this.#throttle.take(kind);
    if (leftOut === null) this.#log.debug(fields, event);
    else this.#log.info(withMore(fields, leftOut), event);
  }
}

function withMore(fields: object, leftOut: number): object {
  return leftOut > 0 ? { ...fields, more: leftOut } : fields;
}
