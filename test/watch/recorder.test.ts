import { pino } from "pino";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "../../deploy/bundle.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { Metrics } from "../../src/watch/metrics.ts";
import { Recorder } from "../../src/watch/recorder.ts";
import { Sample } from "../../tools/metrics-sample.ts";

const INFO = 30;

/** A recorder, its log, what it logged, and what it counted. */
function aRecorder() {
  const metrics = new Metrics("test");
  const events: { readonly level: number }[] = [];
  const clock = new FakeClock();
  const log = pino(
    { base: null, timestamp: false, level: "debug" },
    { write: (line) => void events.push(JSON.parse(line) as { level: number }) },
  );
  const counted = async (name: string) => new Sample(await metrics.registry.metrics()).value(name);
  return { recorder: new Recorder(log, metrics, clock), log, events, counted, clock };
}

t.test("a session is logged when it begins and when it ends", async (t) => {
  const { recorder, events, counted } = aRecorder();
  recorder.opened();
  recorder.loggedIn("one", "127.0.0.1");
  recorder.closed("one", "127.0.0.1", "quit", 0);
  t.same(events, [
    { level: 30, name: "one", address: "127.0.0.1", msg: "User connected" },
    { level: 30, name: "one", address: "127.0.0.1", reason: "quit", msg: "User disconnected" },
  ]);
  t.equal(await counted("chatd_connections_opened_total"), 1);
  t.equal(await counted("chatd_logins_total"), 1);
  t.equal(await counted('chatd_connections_closed_total{reason="quit"}'), 1);
});

t.test("lines that were lost with a broken connection are counted, and told with its end", async (t) => {
  const { recorder, events, counted } = aRecorder();
  recorder.closed("one", "127.0.0.1", "peer-closed", 3);
  t.match(events, [{ msg: "User disconnected", unsent: 3 }]);
  t.equal(await counted("chatd_lines_unsent_total"), 3);
});

t.test("a connection that never became a session is counted, and logged for those who look closely", async (t) => {
  const { recorder, events, counted } = aRecorder();
  recorder.closed(null, "127.0.0.1", "login-timeout", 0);
  t.same(events, [{ level: 20, address: "127.0.0.1", reason: "login-timeout", msg: "Connection closed before login" }]);
  t.equal(await counted('chatd_connections_closed_total{reason="login-timeout"}'), 1);
  t.equal(await counted("chatd_logins_total"), 0);
});

t.test("a program that came to the wrong port is logged", async (t) => {
  const { recorder, events } = aRecorder();
  recorder.foreign("127.0.0.1", "http");
  t.same(events, [{ level: 30, address: "127.0.0.1", protocol: "http", msg: "Not a telnet client" }]);
});

t.test("the state has the slowest commit since the last one, where there was any", async (t) => {
  const { recorder, events } = aRecorder();
  recorder.stored(1, 3);
  recorder.stored(1, 40.123);
  recorder.stored(1, 2);
  recorder.logState({ sessions: () => 2, connections: () => 3, freeBytes: () => 4 });
  recorder.storeHealth(new StoreError("unavailable", "away"));
  recorder.logState({ sessions: () => 0, connections: () => 1, freeBytes: () => null });
  t.same(
    events.filter((event) => "people" in event),
    [
      { level: INFO, people: 2, connections: 3, commitMs: 40.1, freeBytes: 4, storeFails: 0, msg: "State" },
      { level: INFO, people: 0, connections: 1, storeFails: 1, msg: "State" },
    ],
  );
});

t.test("the state says that the store fails while it does, and for a minute where nobody asks it again", async (t) => {
  const { recorder, events } = aRecorder();
  const storeFails = (): unknown => {
    recorder.logState({ sessions: () => 0, connections: () => 0, freeBytes: () => null });
    return Object.entries(events.at(-1) ?? {}).find(([name]) => name === "storeFails")?.[1];
  };
  const away = new StoreError("unavailable", "away");
  recorder.storeHealth(away);
  recorder.storeHealth(away);
  t.equal(storeFails(), 1);
  recorder.storeHealth(away);
  t.equal(storeFails(), 1, "again, though it is not logged as an error again");
  t.equal(storeFails(), 0, "nobody has asked");
  t.notOk(recorder.isStoreWell, "and nobody knows that it works");
  recorder.storeHealth(away);
  recorder.storeHealth(null);
  t.equal(storeFails(), 0);
  recorder.isolated(true);
  t.same([storeFails(), storeFails()], [1, 1]);
  recorder.isolated(false);
  t.equal(storeFails(), 0);
});

t.test("the state is what CloudWatch takes its numbers from", async (t) => {
  const { recorder, events } = aRecorder();
  recorder.stored(1, 3);
  recorder.logState({ sessions: () => 2, connections: () => 3, freeBytes: () => 4 });
  const filters = readFileSync(join(ROOT, "terraform/modules/server/log.tf"), "utf8");
  const [, names = ""] = /for_each += \{ (.*) \}/.exec(filters) ?? [];
  const fields = Array.from(names.matchAll(/"(\w+)"/g), ([, field]) => field);
  t.ok(fields.length >= 5);
  t.match(filters, `{ $.msg = \\"${events.map((event) => ("msg" in event ? String(event.msg) : "")).join()}\\" }`);
  for (const field of fields) t.type(Object.entries(events[0] ?? {}).find(([name]) => name === field)?.[1], "number");
});

t.test("that unused rooms were ended is logged, and how many", async (t) => {
  const { recorder, events } = aRecorder();
  recorder.endedUnused(12);
  t.same(events, [{ level: 30, rooms: 12, msg: "Unused rooms ended" }]);
});

t.test("a batch counts as its entries, its size and its times in seconds", async (t) => {
  const { recorder, events, counted } = aRecorder();
  recorder.stored(3, 4);
  recorder.delivered(300, 20);
  t.equal(await counted("chatd_messages_total"), 3);
  t.equal(await counted("chatd_batch_lines_sum"), 3);
  t.equal(await counted('chatd_batch_lines_bucket{le="2"}'), 0);
  t.equal(await counted('chatd_batch_lines_bucket{le="5"}'), 1);
  t.equal(await counted("chatd_append_seconds_sum"), 0.004);
  t.equal(await counted('chatd_append_seconds_bucket{le="0.0025"}'), 0);
  t.equal(await counted('chatd_append_seconds_bucket{le="0.005"}'), 1);
  t.equal(await counted("chatd_deliveries_total"), 300);
  t.equal(await counted("chatd_delivery_seconds_sum"), 0.02);
  t.same(events, [], "and is not logged");
});

t.test("refusals are counted by their code, and skipped lines one by one", async (t) => {
  const { recorder, events, counted } = aRecorder();
  recorder.refused("not-owner");
  recorder.refused("not-owner");
  recorder.refused("store-full");
  recorder.skipped(212);
  t.equal(await counted('chatd_refusals_total{code="not-owner"}'), 2);
  t.equal(await counted('chatd_refusals_total{code="store-full"}'), 1);
  t.equal(await counted("chatd_lines_skipped_total"), 212);
  const [first, ...others] = events;
  t.match(first, { msg: "Refused", code: "not-owner", level: 20 }, "for who looks closer");
  t.equal(others.length, 2);
});

t.test("a store that fails is logged when that begins and when it ends, and each failure counts", async (t) => {
  const { recorder, events, counted } = aRecorder();
  const error = new StoreError("full", "append to x: the disk is full.");
  recorder.storeHealth(null);
  recorder.storeHealth(error);
  recorder.storeHealth(error);
  recorder.storeHealth(null);
  recorder.storeHealth(null);
  recorder.storeHealth(error);
  t.match(events, [
    { level: 50, msg: "The store failed", err: { message: "append to x: the disk is full." } },
    { level: 30, msg: "The store works again" },
    { level: 50, msg: "The store failed" },
  ]);
  t.equal(events.length, 3);
  t.equal(await counted("chatd_store_failures_total"), 3);
});

t.test("a failure of the store that is a bug is logged every time", async (t) => {
  const { recorder, events } = aRecorder();
  recorder.storeHealth(new StoreError("unavailable", "away"));
  recorder.storeHealth(new TypeError("bug"));
  recorder.storeHealth(new TypeError("bug"));
  t.equal(events.length, 3);
});

t.test("a bug is logged with what was tried and where it happened, and counted", async (t) => {
  const { recorder, events, counted } = aRecorder();
  recorder.failed("handle a line", new TypeError("no such thing"));
  t.match(events, [
    {
      level: 50,
      msg: "Something failed that should not",
      what: "handle a line",
      err: { type: "TypeError", message: "no such thing", stack: /recorder\.test\.ts/ },
    },
  ]);
  t.equal(await counted("chatd_failures_total"), 1);
});

t.test("a request is counted by its route; one that failed is logged, and one a minute of a kind", async (t) => {
  const { recorder, events, counted } = aRecorder();
  const route = "/api/applications/:token";
  for (const status of [200, 404, 500, 503, 503, 504]) recorder.answered({ method: "GET", route, status, ms: 12.34 });
  const failed = { level: INFO, method: "GET", route, ms: 12.3, what: `GET ${route}`, msg: "Request failed" };
  t.same(
    events.filter(({ level }) => level === INFO),
    [
      { ...failed, status: 503 },
      { ...failed, status: 504 },
    ],
    "a bug was logged with its error",
  );
  t.equal(await counted(`chatd_http_requests_total{method="GET",route="${route}",status="503"}`), 2);
  t.equal(await counted(`chatd_http_request_seconds_count{route="${route}"}`), 6);
});

t.test(
  "who is turned away is counted each time, and logged once a minute for each reason, with how many more",
  async (t) => {
    const { recorder, events, counted, clock } = aRecorder();
    for (let i = 0; i < 1000; i++) recorder.turnedAway(`192.0.2.${i % 256}`, "max-new-per-minute");
    recorder.turnedAway("192.0.2.1", "bad-proxy-header", "the line has no end");
    const told = () => events.filter((event) => event.level === INFO);
    t.match(told(), [
      { msg: "Turned away", reason: "max-new-per-minute", address: "192.0.2.0" },
      { msg: "Turned away", reason: "bad-proxy-header", detail: "the line has no end" },
    ]);
    t.equal(events.length, 1001, "each for who looks closer");
    await clock.pass(60_000);
    recorder.turnedAway("192.0.2.9", "max-new-per-minute");
    t.match(told()[2], { address: "192.0.2.9", more: 999 });
    t.equal(await counted('chatd_connections_refused_total{reason="max-new-per-minute"}'), 1001);
  },
);

t.test("who types too fast, or speaks something else, cannot fill the log either", async (t) => {
  const { recorder, events, counted } = aRecorder();
  for (let i = 0; i < 100; i++) {
    recorder.throttled("one", "192.0.2.1");
    recorder.foreign("192.0.2.1", "http");
  }
  t.match(
    events.filter((event) => event.level === INFO),
    [
      { msg: "Sending too fast", name: "one", address: "192.0.2.1" },
      { msg: "Not a telnet client", protocol: "http", address: "192.0.2.1" },
    ],
  );
  t.equal(await counted("chatd_throttled_total"), 100);
});

t.test("what somebody does to others is one event, with who, what, to whom and where", async (t) => {
  const { recorder, events } = aRecorder();
  recorder.acted({ act: "kick", by: "one", room: "Planes", subject: "two" });
  recorder.acted({ act: "admin drain", by: "root", room: null, subject: null });
  t.match(events, [
    { msg: "Audit", act: "kick", by: "one", room: "Planes", subject: "two", what: "one kick two Planes" },
    { msg: "Audit", act: "admin drain", by: "root", what: "root admin drain" },
  ]);
});

t.test("whatever the level is, who did what to whom is written, unless nothing is", async (t) => {
  const { recorder, log, events } = aRecorder();
  for (const level of ["info", "warn", "error", "fatal"]) {
    log.level = level;
    recorder.acted({ act: "admin ban", by: "root", room: null, subject: level });
    recorder.acted({ act: "ban", by: "one", room: "Planes", subject: level });
  }
  log.level = "silent";
  recorder.acted({ act: "admin ban", by: "root", room: null, subject: "silent" });
  const written = ["info", "warn", "error", "fatal"].flatMap((subject) => [
    { msg: "Audit", act: "admin ban", subject, level: INFO },
    { msg: "Audit", act: "ban", subject, level: INFO },
  ]);
  t.match(events, written);
  t.equal(events.length, written.length);
});

t.test("in a cluster an audit event says which node, as every event does", async (t) => {
  const events: string[] = [];
  const log = pino({ level: "error", mixin: () => ({ node: 77 }) }, { write: (line) => void events.push(line) });
  const recorder = new Recorder(log, new Metrics("test"), new FakeClock());
  recorder.acted({ act: "admin ban", by: "root", room: null, subject: "troll" });
  t.match(JSON.parse(events.join("")), { msg: "Audit", node: 77 });
});

t.test(
  "who sets topics all day neither fills the log nor hides what others do, and what is not written is counted",
  async (t) => {
    const { recorder, events, clock } = aRecorder();
    const told = () => events.filter((event) => event.level === INFO);
    const acted = (act: string, by: string, times = 1): void => {
      for (let i = 0; i < times; i++) recorder.acted({ act, by, room: "Planes", subject: null });
    };
    acted("set-topic", "one", 1000);
    t.equal(told().length, 10);
    t.equal(events.length, 1000, "each for who looks closer");
    acted("kick", "one");
    t.match(told().at(-1), { act: "kick", by: "one", more: undefined });
    acted("set-topic", "two");
    t.match(told().at(-1), { act: "set-topic", by: "two", more: 990 });
    for (let i = 0; i < 1000; i++) acted("set-topic", `guest${i}`);
    t.equal(told().length, 101, "a hundred topics, and the kick");
    await clock.pass(60_000);
    acted("set-topic", "three");
    t.match(told().at(-1), { by: "three", more: 911 });
  },
);

for (const act of ["edit", "remove"]) {
  t.test(`who does ${act} all day does not fill the log either`, async (t) => {
    const { recorder, events } = aRecorder();
    for (let i = 0; i < 1000; i++) recorder.acted({ act, by: "one", room: "Planes", subject: null });
    t.equal(events.filter(({ level }) => level === INFO).length, 10);
  });
}

t.test("what the operator does is written, each time", async (t) => {
  const { recorder, events } = aRecorder();
  for (let i = 0; i < 500; i++) recorder.acted({ act: "admin ban", by: "root", room: null, subject: `192.0.2.${i}` });
  t.equal(events.filter((event) => event.level === INFO).length, 500);
});

t.test("what was too old is counted, and a disk that fills is a warning", async (t) => {
  const { recorder, events, counted } = aRecorder();
  recorder.pruned(12);
  recorder.little(true, 1000);
  recorder.little(false, 2000);
  t.equal(await counted("chatd_entries_deleted_total"), 12);
  t.match(events, [
    { msg: "Old messages deleted", entries: 12, level: INFO },
    { msg: "Little disk space is left for the database", freeBytes: 1000, level: 40 },
    { msg: "There is enough disk space again", freeBytes: 2000, level: INFO },
  ]);
});
