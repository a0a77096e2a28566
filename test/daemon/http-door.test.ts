import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request as requestTls } from "node:https";
import { join } from "node:path";
import t from "tap";
import { certify } from "../../tools/certificate.ts";
import { Sample } from "../../tools/metrics-sample.ts";
import { program, withParts } from "../../tools/parts.ts";
import { errorIn, exchange } from "../support/http/entrance.ts";
import { anOperated } from "../support/sockets/admin.ts";
import { Client } from "../support/sockets/client.ts";
import { aConfig, aDaemon, aFolder } from "../support/sockets/daemon.ts";
import { until } from "../support/sockets/until.ts";

const UP = "GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n";

async function statusOf(port: number | null, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}/up`, { headers })).status;
}

t.test("HTTP answers on a port of its own, or nowhere", async (t) => {
  const daemon = await aDaemon(t, { httpPort: "0", httpHost: ["127.0.0.1", "::1"] });
  for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
    const answer = await fetch(`http://${host}:${daemon.httpPort}/up`);
    t.equal(answer.status, 200, host);
    t.same(await answer.json(), { status: "up" });
  }
  const { httpPort, httpTlsPort } = await aDaemon(t, { httpPort: "off" });
  t.same([httpPort, httpTlsPort], [null, null]);
});

t.test("a port in use is told under its setting", async (t) => {
  const { port } = await aDaemon(t);
  await t.rejects(aDaemon(t, { httpPort: String(port) }), { setting: "httpPort", cause: { code: "EADDRINUSE", port } });
});

await withParts(t, [program("openssl")], "HTTP may be spoken over TLS alone", async (t) => {
  const { cert, key } = certify(aFolder(t), "first");
  const daemon = await aDaemon(t, { httpPort: "off", httpTlsPort: "0", tlsCert: cert, tlsKey: key });
  t.same([daemon.httpPort, daemon.tlsPort], [null, null]);
  const url = `https://127.0.0.1:${daemon.httpTlsPort}/up`;
  const [answer] = await once(requestTls(url, { rejectUnauthorized: false, agent: false }).end(), "response");
  t.equal(answer.statusCode, 200);
  answer.resume();
});

t.test("keys and rates of HTTP are those that were read last", async (t) => {
  const path = join(aFolder(t), "keys");
  const flags = { httpPort: "0", apiKeyFile: path, httpRate: "0" };
  writeFileSync(path, "first\n");
  const daemon = await aDaemon(t, flags);
  const statusWith = (key: string): Promise<number> => statusOf(daemon.httpPort, { authorization: `Bearer ${key}` });
  t.same([await statusWith("first"), await statusWith("second")], [200, 401]);
  writeFileSync(path, "second\nthird\n");
  daemon.reload(aConfig(flags));
  t.same([await statusWith("first"), await statusWith("second"), await statusWith("third")], [401, 200, 200]);
  daemon.reload(aConfig({ ...flags, httpRate: "1", httpBurst: "1" }));
  const statuses = [await statusOf(daemon.httpPort), await statusOf(daemon.httpPort), await statusOf(daemon.httpPort)];
  t.equal(statuses[0], 200);
  t.ok(statuses.includes(429), String(statuses));
  writeFileSync(path, "");
  t.throws(() => daemon.reload(aConfig(flags)), { message: /^there is no key in this file/ });
  t.equal(await statusWith("second"), 200, "the keys of before hold");
});

t.test("a ban of the operator closes connections of both doors, and keeps both shut", async (t) => {
  const { port, daemon, admin } = await anOperated(t, { httpPort: "0" });
  const program = await Client.connect(t, daemon.httpPort ?? 0);
  program.socket.write(UP);
  await program.expect("HTTP/1.1 200 OK");
  const one = await Client.login(t, port, "one");
  const banned = await admin.post("/ban", { subject: "127.0.0.1", duration: null, reason: "" });
  t.match(banned, { closed: 2 });
  await Promise.all([program.ended(), one.ended()]);
  t.same(errorIn(await exchange(t, daemon.httpPort ?? 0, UP)), [403, "banned", null]);
});

t.test("a drain closes both doors", async (t) => {
  const { port, daemon, admin } = await anOperated(t, { httpPort: "0", drain: "0" });
  const program = await Client.connect(t, daemon.httpPort ?? 0);
  program.socket.write(UP);
  await program.expect("HTTP/1.1 200 OK");
  const one = await Client.login(t, port, "one");
  t.same(await admin.post("/drain", {}), { connections: 2, overMs: 0 });
  await Promise.all([program.ended(), one.ended()]);
  t.same(errorIn(await exchange(t, daemon.httpPort ?? 0, UP)), [503, "draining", "1"]);
});

t.test("a stop waits for no connection that asks nothing", async (t) => {
  const daemon = await aDaemon(t, { httpPort: "0" });
  const idle = await Client.connect(t, daemon.httpPort ?? 0);
  idle.socket.write(`${UP}GET /up HT`);
  await idle.expect("HTTP/1.1 200 OK");
  await daemon.stop(86_400_000);
  await idle.ended();
  await t.rejects(statusOf(daemon.httpPort), "nobody listens");
});

t.test("requests are counted by their routes, and no token is in the metrics", async (t) => {
  const daemon = await aDaemon(t, { httpPort: "0", opsPort: "0" });
  const token = "6f1c2b0a-0000-4000-8000-000000000001";
  await statusOf(daemon.httpPort);
  for (const path of [`/api/applications/${token}/none`, `/up/${token}?token=${token}`]) {
    t.equal((await fetch(`http://127.0.0.1:${daemon.httpPort}${path}`)).status, 404);
  }
  const sampled = async (): Promise<Sample> =>
    new Sample(await (await fetch(`http://127.0.0.1:${daemon.opsPort}/metrics`)).text());
  const none = 'chatd_http_requests_total{method="GET",route="none",status="404"}';
  await until(async () => (await sampled()).value(none) === 2, "all are counted");
  const sample = await sampled();
  t.equal(sample.value('chatd_http_requests_total{method="GET",route="/up",status="200"}'), 1);
  t.equal(sample.value('chatd_http_request_seconds_count{route="/up"}'), 1);
  t.ok((sample.value("chatd_http_connections") ?? 0) >= 1);
  t.equal(sample.value("chatd_connections"), sample.value("chatd_http_connections"));
  t.notMatch(sample.text, token);
});
