import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Values that are read when the metrics are collected. */
export interface Readings {
  /** This node's id in its cluster; null: it is alone. */
  node(): number | null;
  sessions(): number;
  /** People who are logged in at other nodes. */
  elsewhere(): number;
  /** Of all doors. */
  connections(): number;
  httpConnections(): number;
  rooms(): number;
  outboxBytes(): number;
  /** Bytes of lines that were read and wait to be handled. */
  inputBytes(): number;
  /** Lines that wait to be stored. */
  pendingLines(): number;
  timers(): number;
  /** Free space of the database's disk; null: it is elsewhere or in memory, or the system does not say. */
  freeBytes(): number | null;
  /** Size of the database; null: it is elsewhere, or in memory. */
  databaseBytes(): number | null;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LINES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The metrics of chatd, for Prometheus. Names begin with `chatd_`; the metrics of Node itself have their own names. */
export class Metrics {
  readonly registry = new Registry();
  readonly connectionsOpened = this.#counter("chatd_connections_opened_total", "Connections accepted.");
  readonly connectionsClosed = this.#counter(
    "chatd_connections_closed_total",
    "Connections closed, by reason.",
    "reason",
  );
  readonly logins = this.#counter("chatd_logins_total", "Sessions that began.");
  readonly refusals = this.#counter("chatd_refusals_total", "What people asked for and did not get, by code.", "code");
  readonly turnedAway = this.#counter(
    "chatd_connections_refused_total",
    "Connections that were not let in, by reason.",
    "reason",
  );
  readonly throttled = this.#counter(
    "chatd_throttled_total",
    "Times that a person typed faster than the limit and was told so.",
  );
  readonly wentBack = this.#counter(
    "chatd_store_went_back_total",
    "Streams that were read again because the database was restored; of rooms, those that were followed here.",
  );
  readonly misunderstood = this.#counter(
    "chatd_bus_ignored_total",
    "Messages from other nodes that were not understood.",
  );
  readonly cutOff = new Gauge({
    name: "chatd_cut_off",
    help: "Whether this node cannot renew its lease in the database, and so delivers nothing: 0 or 1.",
    registers: [this.registry],
  });
  readonly pruned = this.#counter("chatd_entries_deleted_total", "Entries deleted because they were too old.");
  readonly messages = this.#counter("chatd_messages_total", "Entries stored: messages and changes of rooms.");
  readonly deliveries = this.#counter("chatd_deliveries_total", "Lines handed to receivers.");
  readonly skipped = this.#counter("chatd_lines_skipped_total", "Lines that slow receivers were skipped past.");
  readonly unsent = this.#counter(
    "chatd_lines_unsent_total",
    "Lines that were read and not stored because their author's connection broke first.",
  );
  readonly httpRequests = this.#counter(
    "chatd_http_requests_total",
    "Requests over HTTP that were answered, by method, route and status.",
    "method",
    "route",
    "status",
  );
  readonly httpSeconds = this.#histogram(
    "chatd_http_request_seconds",
    "Time from the headers of a request until its answer is handed to the system, by route.",
    SECONDS,
    "route",
  );
  readonly failures = this.#counter("chatd_failures_total", "Bugs that the process survived.");
  readonly storeFailures = this.#counter("chatd_store_failures_total", "Calls to the store that failed.");
  readonly batchLines = this.#histogram("chatd_batch_lines", "Entries in a batch.", LINES);
  readonly appendSeconds = this.#histogram("chatd_append_seconds", "Time to make a batch durable.", SECONDS);
  readonly deliverySeconds = this.#histogram(
    "chatd_delivery_seconds",
    "Time from a line said until it is handed to its receivers; of each batch, the oldest line.",
    SECONDS,
  );

  constructor(version: string) {
    collectDefaultMetrics({ register: this.registry });
    const info = new Gauge({
      name: "chatd_info",
      help: "Always 1; the labels tell the version.",
      labelNames: ["version", "runtime"],
      registers: [this.registry],
    });
    info.set({ version, runtime: process.version }, 1);
  }

  read(readings: Readings): void {
    new Gauge({
      name: "chatd_node",
      help: "Always 1; the label tells which node of its cluster this is, and changes when it was taken for dead.",
      labelNames: ["node"],
      registers: [this.registry],
      collect() {
        this.reset();
        this.set({ node: readings.node() ?? "alone" }, 1);
      },
    });
    this.#gauge("chatd_sessions", "Sessions now.", () => readings.sessions());
    this.#gauge("chatd_sessions_elsewhere", "Sessions now on the other nodes, as this one knows.", () =>
      readings.elsewhere(),
    );
    this.#gauge("chatd_connections", "Connections now.", () => readings.connections());
    this.#gauge("chatd_http_connections", "Of these, connections of HTTP.", () => readings.httpConnections());
    this.#gauge("chatd_rooms", "Rooms now.", () => readings.rooms());
    this.#gauge("chatd_outbox_bytes", "Bytes of memory that wait for slow receivers; shared ones once.", () =>
      readings.outboxBytes(),
    );
    this.#gauge(
      "chatd_input_bytes",
      "Bytes of memory of lines that were read and wait for flood control or the store.",
      () => readings.inputBytes(),
    );
    this.#gauge("chatd_pending_lines", "Lines that wait to be stored.", () => readings.pendingLines());
    this.#gauge("chatd_timers", "Timers that wait.", () => readings.timers());
    this.#gauge("chatd_disk_free_bytes", "Bytes free where the database is; NaN: not known, or in memory.", () =>
      numberOf(readings.freeBytes()),
    );
    this.#gauge("chatd_database_bytes", "Bytes of the database's file and its log; NaN: in memory.", () =>
      numberOf(readings.databaseBytes()),
    );
  }

  #counter(name: string, help: string, ...labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string, buckets: number[], ...labelNames: string[]): Histogram {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers: [this.registry], collect: () => gauge.set(value()) });
  }
}

function numberOf(value: number | null): number {
  return value ?? Number.NaN;
}
