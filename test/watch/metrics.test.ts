import t from "tap";
import { Metrics } from "../../src/watch/metrics.ts";
import { Sample } from "../../tools/metrics-sample.ts";

async function sampleOf(metrics: Metrics): Promise<Sample> {
  return new Sample(await metrics.registry.metrics());
}

t.test("what is read is read when somebody asks, each time", async (t) => {
  const metrics = new Metrics("1.2.3");
  let count = 1;
  metrics.read({
    node: () => (count === 1 ? null : 77),
    sessions: () => count,
    elsewhere: () => count * 5,
    connections: () => count * 2,
    httpConnections: () => 1,
    rooms: () => count * 3,
    outboxBytes: () => count * 4,
    inputBytes: () => count * 6,
    pendingLines: () => 3,
    timers: () => 5,
    freeBytes: () => 2 ** 40,
    databaseBytes: () => null,
  });
  for (count of [1, 5]) {
    const sample = await sampleOf(metrics);
    t.equal(sample.value("chatd_sessions"), count);
    t.equal(sample.value("chatd_connections"), count * 2);
    t.equal(sample.value("chatd_rooms"), count * 3);
    t.equal(sample.value("chatd_outbox_bytes"), count * 4);
    t.equal(sample.value("chatd_input_bytes"), count * 6);
    t.equal(sample.value("chatd_sessions_elsewhere"), count * 5);
    t.equal(sample.value(`chatd_node{node="${count === 1 ? "alone" : 77}"}`), 1);
  }
});

t.test("the version of chatd and of Node are labels", async (t) => {
  const sample = await sampleOf(new Metrics("1.2.3"));
  t.equal(sample.value(`chatd_info{version="1.2.3",runtime="${process.version}"}`), 1);
});

t.test("Node's own numbers are there, the event loop's lag among them", async (t) => {
  const sample = await sampleOf(new Metrics("1.2.3"));
  for (const name of [
    "nodejs_eventloop_lag_seconds",
    "nodejs_eventloop_lag_p99_seconds",
    "process_resident_memory_bytes",
  ]) {
    t.type(sample.value(name), "number", name);
  }
});

t.test("two of them count apart", async (t) => {
  const [one, two] = [new Metrics("1"), new Metrics("2")];
  one.logins.inc();
  t.equal((await sampleOf(one)).value("chatd_logins_total"), 1);
  t.equal((await sampleOf(two)).value("chatd_logins_total"), 0);
});

t.test("every number of ours says what it is, in a sentence", async (t) => {
  const metrics = new Metrics("1.2.3");
  metrics.read({
    node: () => null,
    sessions: () => 0,
    elsewhere: () => 0,
    connections: () => 0,
    httpConnections: () => 1,
    rooms: () => 0,
    outboxBytes: () => 0,
    inputBytes: () => 0,
    pendingLines: () => 3,
    timers: () => 5,
    freeBytes: () => 2 ** 40,
    databaseBytes: () => null,
  });
  const ours = (await metrics.registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith("chatd_"));
  t.ok(ours.length >= 17);
  for (const { name, help } of ours) {
    t.match(name, /^[a-z_]+$/);
    t.match(help, /^[A-Z].+\.$/, name);
  }
});
