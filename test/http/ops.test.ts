import { once } from "node:events";
import { connect } from "node:net";
import t, { type Test } from "tap";
import { Gauge, Registry } from "prom-client";
import { createOps, listenOps, type OpsState } from "../../src/http/ops.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { Sample } from "../../tools/metrics-sample.ts";

/** A daemon, and where its ops listener is. */
async function anOpsDaemon(t: Test): Promise<{ readonly port: number; readonly url: string }> {
  const { port, opsPort } = await aDaemon(t, { opsPort: "0" });
  return { port, url: `http://127.0.0.1:${opsPort}` };
}

async function anOpsListener(t: Test, state: OpsState): Promise<string> {
  const app = createOps(state);
  t.teardown(() => app.close());
  return `http://127.0.0.1:${await listenOps(app, { host: "127.0.0.1", port: 0 })}`;
}

async function sampleOf(url: string): Promise<Sample> {
  return new Sample(await (await fetch(`${url}/metrics`)).text());
}

t.test("/healthz says that it is alive", async (t) => {
  const { url } = await anOpsDaemon(t);
  const response = await fetch(`${url}/healthz`);
  t.equal(response.status, 200);
  t.match(response.headers.get("content-type"), "application/json");
  t.same(await response.json(), { status: "alive" });
});

t.test("/readyz says that new connections are welcome", async (t) => {
  const { url } = await anOpsDaemon(t);
  const response = await fetch(`${url}/readyz`);
  t.equal(response.status, 200);
  t.same(await response.json(), { status: "ready", store: "works" });
});

t.test("/readyz stays 200 while the store fails, and tells of it", async (t) => {
  const url = await anOpsListener(t, { metrics: new Registry(), isReady: () => true, isStoreWell: () => false });
  const response = await fetch(`${url}/readyz`);
  t.equal(response.status, 200);
  t.same(await response.json(), { status: "ready", store: "fails" });
});

t.test("/readyz says 503 when no new connections are wanted, /healthz goes on", async (t) => {
  const url = await anOpsListener(t, { metrics: new Registry(), isReady: () => false, isStoreWell: () => true });
  const response = await fetch(`${url}/readyz`);
  t.equal(response.status, 503);
  t.same(await response.json(), { status: "draining", store: "works" });
  t.equal((await fetch(`${url}/healthz`)).status, 200);
});

t.test("anything else is not found, in the shape that all errors have", async (t) => {
  const { url } = await anOpsDaemon(t);
  for (const [path, method] of [
    ["/", "GET"],
    ["/metrics/x", "GET"],
    ["/healthz", "POST"],
    ["/%00", "GET"],
  ] as const) {
    const response = await fetch(url + path, { method });
    t.equal(response.status, 404, path);
    t.same(await response.json(), {
      error: "There is nothing here. Try /healthz, /readyz or /metrics.",
      code: "not-found",
    });
  }
});

t.test("what cannot be understood is refused in the shape that all errors have", async (t) => {
  const { url } = await anOpsDaemon(t);
  const error = { error: "This request cannot be understood.", code: "bad-request" };
  const address = await fetch(`${url}/%zz`);
  t.equal(address.status, 400);
  t.same(await address.json(), error);
  const headers = { "content-type": "application/json" };
  const body = await fetch(`${url}/healthz`, { method: "POST", headers, body: "{" });
  t.equal(body.status, 400);
  t.same(await body.json(), error);
});

t.test("numbers that cannot be read are an error in the same shape, which tells nothing of the inside", async (t) => {
  const metrics = new Registry();
  const collect = (): never => {
    throw new Error("a detail of the inside");
  };
  new Gauge({ name: "broken", help: "Broken.", registers: [metrics], collect });
  const url = await anOpsListener(t, { metrics, isReady: () => true, isStoreWell: () => true });
  const response = await fetch(`${url}/metrics`);
  t.equal(response.status, 500);
  t.same(await response.json(), { error: "Something went wrong here.", code: "internal" });
});

t.test("stopping waits for nobody who has sent half a request", async (t) => {
  const daemon = await aDaemon(t, { opsPort: "0" });
  const socket = connect({ port: daemon.opsPort ?? 0, host: "127.0.0.1" });
  t.teardown(() => socket.destroy());
  socket.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nGET /healthz HT");
  await once(socket, "data");
  await daemon.stop(0);
  await once(socket, "close");
  t.ok(socket.closed);
});

t.test("with the port off there is no ops listener", async (t) => {
  t.equal((await aDaemon(t, { opsPort: "off" })).opsPort, null);
});

t.test("/metrics is what Prometheus reads", async (t) => {
  const { url } = await anOpsDaemon(t);
  const response = await fetch(`${url}/metrics`);
  t.equal(response.status, 200);
  t.match(response.headers.get("content-type"), /^text\/plain; version=0\.0\.4/);
  t.match(await response.text(), /^# HELP chatd_sessions .+\n# TYPE chatd_sessions gauge\nchatd_sessions 0$/m);
});

t.test("/metrics counts connections, sessions and rooms that are there now", async (t) => {
  const { port, url } = await anOpsDaemon(t);
  await Client.connect(t, port);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes");
  const during = await sampleOf(url);
  t.equal(during.value("chatd_connections"), 2);
  t.equal(during.value("chatd_sessions"), 1);
  t.equal(during.value("chatd_rooms"), 2, "the lobby is one");
  one.send("/quit");
  await one.expect("Bye.");
  await one.ended();
  const after = await sampleOf(url);
  t.equal(after.value("chatd_sessions"), 0);
  t.equal(after.value("chatd_logins_total"), 1);
  t.equal(after.value("chatd_connections_opened_total"), 2);
});

t.test("/metrics counts messages, deliveries and the batches that they went in", async (t) => {
  const { port, url } = await anOpsDaemon(t);
  const one = await Client.login(t, port, "one");
  const two = await Client.login(t, port, "two");
  const three = await Client.login(t, port, "three");
  const before = await sampleOf(url);
  await one.ask("hi", "there");
  for (const other of [two, three]) await other.expect("[one]: there");
  const after = await sampleOf(url);
  const grown = (name: string): number => (after.value(name) ?? NaN) - (before.value(name) ?? NaN);
  t.equal(grown("chatd_messages_total"), 2);
  t.equal(grown("chatd_deliveries_total"), 4, "two receivers of two lines");
  t.equal(grown("chatd_batch_lines_sum"), 2);
  const batches = grown("chatd_batch_lines_count");
  t.ok(batches === 1 || batches === 2);
  t.equal(grown("chatd_append_seconds_count"), batches);
  t.equal(grown("chatd_delivery_seconds_count"), batches);
  t.ok(grown("chatd_append_seconds_sum") >= 0);
  t.ok(grown("chatd_delivery_seconds_sum") >= 0);
});

t.test("/metrics counts refusals by their code", async (t) => {
  const { port, url } = await anOpsDaemon(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/root", "/root", "/join nowhere");
  const sample = await sampleOf(url);
  t.equal(sample.value('chatd_refusals_total{code="unknown-command"}'), 2);
  t.equal(sample.value('chatd_refusals_total{code="no-such-room"}'), 1);
});

t.test("/metrics tells what waits for readers, what was skipped, and how late the event loop is", async (t) => {
  const { url } = await anOpsDaemon(t);
  const sample = await sampleOf(url);
  t.equal(sample.value("chatd_outbox_bytes"), 0);
  t.equal(sample.value("chatd_lines_skipped_total"), 0);
  t.equal(sample.value("chatd_failures_total"), 0);
  t.type(sample.value("nodejs_eventloop_lag_seconds"), "number");
});

t.test("nothing that people say, and no name, is in the metrics", async (t) => {
  const { port, url } = await anOpsDaemon(t);
  const one = await Client.login(t, port, "traveller");
  await one.ask("a secret", "/create secrets", "/secret");
  t.notMatch((await sampleOf(url)).text, /secret|traveller/);
});
