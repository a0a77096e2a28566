import { once } from "node:events";
import { request as requestTls } from "node:https";
import { connect } from "node:net";
import t from "tap";
import { Ranges } from "../../src/domain/ranges.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { addressOf } from "../../src/http/connection.ts";
import { Listener } from "../../src/net/listener.ts";
import { Tls } from "../../src/net/tls.ts";
import { telnetProtocol } from "../../src/telnet/protocol.ts";
import { certify } from "../../tools/certificate.ts";
import { program, withParts } from "../../tools/parts.ts";
import { anHttpEntrance, errorIn, exchange } from "../support/http/entrance.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aProxyHeader } from "../support/sockets/proxy-headers.ts";
import { until } from "../support/sockets/until.ts";

const HELLO = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
const LAST = "GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const PROXIED = { isProxied: true, trustedProxy: new Ranges(["127.0.0.1"]) };
const BAN = { untilMicros: null, author: "root", atMicros: 1 };

/** Answers with the address of whoever asks. */
const whoAsks: Parameters<typeof anHttpEntrance>[1] = ({ socket }, response) => void response.end(addressOf(socket));

t.test("each limit turns away with an answer that has its code, and closes", async (t) => {
  const limits = {
    maxConnections: [503, "max-connections", "1"],
    maxConnectionsPerAddress: [429, "max-connections-per-address", null],
    maxNewPerMinute: [429, "max-new-per-minute", "60"],
  };
  for (const [limit, answer] of Object.entries(limits)) {
    const { port, door } = await anHttpEntrance(t, whoAsks, { [limit]: 1 });
    const one = await Client.connect(t, port);
    one.socket.write(HELLO);
    await one.expect("HTTP/1.1 200 OK");
    t.same(errorIn(await exchange(t, port, HELLO)), answer);
    t.same(door.telemetry.turned, [answer[1]]);
  }
});

t.test("one gate counts the connections of both doors", async (t) => {
  const { port, gate, door } = await anHttpEntrance(t, whoAsks, { maxConnections: 1 });
  await door.chat.start();
  const telnet = new Listener(telnetProtocol(door.door), gate, 0);
  t.teardown(() => {
    telnet.stopAccepting();
    telnet.cutOffAll();
  });
  const telnetPort = await telnet.listen({ hosts: ["127.0.0.1"], port: 0, fds: [], tls: null });
  const one = await Client.login(t, telnetPort, "one");
  t.match(errorIn(await exchange(t, port, HELLO)), [503, "max-connections"]);
  one.close();
  await until(() => gate.admission.open === 0, "the place is free");
  t.match(await exchange(t, port, LAST), /^HTTP\/1\.1 200 OK\r\n/);
  await until(() => gate.admission.open === 0, "it is free again");
});

t.test("a banned address is told why, and whoever is there is closed", async (t) => {
  const { port, door, listener } = await anHttpEntrance(t, whoAsks);
  const one = await Client.connect(t, port);
  one.socket.write(HELLO);
  await one.expect("HTTP/1.1 200 OK");
  await door.context.bans.add({ ...BAN, subject: "127.0.0.1", reason: "enough of this" });
  t.equal(listener.closeBanned(), 1);
  await one.ended();
  const answer = await exchange(t, port, HELLO);
  t.same(errorIn(answer), [403, "banned", null]);
  t.match(answer, "Your address is banned here: enough of this");
});

t.test("nobody comes in while the server is being taken out", async (t) => {
  const { port, gate } = await anHttpEntrance(t, whoAsks);
  gate.isDraining = true;
  t.same(errorIn(await exchange(t, port, HELLO)), [503, "draining", "1"]);
});

t.test("behind a proxy a peer is where its header says, and not where a header of HTTP says", async (t) => {
  const { port } = await anHttpEntrance(t, whoAsks, { ...PROXIED, maxConnectionsPerAddress: 1 });
  const one = await Client.connect(t, port);
  const forwarded = HELLO.replace("\r\n\r\n", "\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n");
  one.socket.write(Buffer.concat([aProxyHeader("192.0.2.1"), Buffer.from(forwarded)]));
  await until(() => one.raw.toString().endsWith("\r\n\r\n192.0.2.1"), "it is answered");
  t.match(errorIn(await exchange(t, port, aProxyHeader("192.0.2.1"), HELLO)), [429, "max-connections-per-address"]);
  t.match(await exchange(t, port, aProxyHeader("2001:db8::1"), LAST), /\r\n\r\n2001:db8::1$/);
});

t.test("a request may come a byte at a time behind its header", async (t) => {
  const { port } = await anHttpEntrance(t, whoAsks, PROXIED);
  const one = await Client.connect(t, port);
  for (const byte of Buffer.concat([aProxyHeader("192.0.2.1"), Buffer.from(LAST)])) {
    await new Promise((resolve) => one.socket.write(Buffer.from([byte]), resolve));
  }
  await one.ended();
  t.match(one.raw.toString(), /\r\n\r\n192\.0\.2\.1$/);
});

t.test("whoever does not come through the proxy is told so", async (t) => {
  const { port } = await anHttpEntrance(t, whoAsks, { isProxied: true, trustedProxy: new Ranges(["10.0.0.0/8"]) });
  t.same(errorIn(await exchange(t, port, HELLO)), [403, "not-through-proxy", null]);
});

await withParts(
  t,
  [program("openssl")],
  "over TLS the same is answered, and plain HTTP is told to use it",
  async (t) => {
    const tls = new Tls(certify(aFolder(t), "first"), systemClock);
    const { port, tlsPort, gate } = await anHttpEntrance(t, whoAsks, { tls });
    const asked = requestTls({ host: "127.0.0.1", port: tlsPort, rejectUnauthorized: false, agent: false }).end();
    const [answer] = await once(asked, "response");
    t.equal((await answer.toArray()).join(""), "127.0.0.1");
    t.same(errorIn(await exchange(t, tlsPort, HELLO)), [400, "not-tls", null]);
    t.match(await exchange(t, port, LAST), / 200 OK/, "the other port speaks none");
    await until(() => gate.admission.open === 0, "all have left");
  },
);

t.test("requests that come at once are answered in their order, also when later ones are ready first", async (t) => {
  const held: (() => void)[] = [];
  const { port } = await anHttpEntrance(t, (request, response) => {
    held.push(() => response.end(`[${request.url}]`));
    if (held.length === 3) for (const answer of held.toReversed()) answer();
  });
  const answers = await exchange(t, port, HELLO, HELLO, LAST);
  t.same(answers.match(/\[.*\]/g), ["[/hello]", "[/hello]", "[/last]"]);
});

const FAST = {
  headersTimeout: 30,
  requestTimeout: 60,
  connectionsCheckingInterval: 5,
  keepAliveTimeout: 10,
  timeout: 60_000,
};

t.test("whoever never ends the headers or the body, or sends nothing, is told so and closed", async (t) => {
  let handled = 0;
  const { port, gate } = await anHttpEntrance(t, () => void (handled += 1), { times: FAST });
  const headers = HELLO.slice(0, -2);
  for (const start of ["", "G", headers, `${headers}X: ${"x".repeat(1000)}`]) {
    t.same(errorIn(await exchange(t, port, start)), [408, "too-late", null], JSON.stringify(start.slice(0, 50)));
  }
  t.equal(handled, 0);
  const body = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhalf";
  t.same(errorIn(await exchange(t, port, body)), [408, "too-late", null]);
  await until(() => gate.admission.open === 0, "no place is kept");
});

t.test("a connection without a request is closed in the end", async (t) => {
  const { port } = await anHttpEntrance(t, whoAsks, { times: FAST });
  t.match(await exchange(t, port, HELLO), /^HTTP\/1\.1 200 OK\r\n/);
});

t.test("a peer that does not take its answer is closed", async (t) => {
  const times = { ...FAST, timeout: 50 };
  const { port, gate } = await anHttpEntrance(t, (_request, response) => void response.end(Buffer.alloc(64 << 20)), {
    times,
  });
  const deaf = connect({ port, host: "127.0.0.1" });
  t.teardown(() => deaf.destroy());
  deaf.pause().on("error", () => {});
  deaf.write(HELLO);
  await until(() => gate.admission.open === 1, "it is in");
  await until(() => gate.admission.open === 0, "it is out");
});

t.test("what is no HTTP, and headers without end, have an answer, and nothing of them is handled", async (t) => {
  let handled = 0;
  const { port, gate } = await anHttpEntrance(t, () => void (handled += 1));
  for (const bytes of ["hello\r\n", "\u0016\u0003\u0001", "GET / HTTP/9\r\n\r\n"]) {
    t.same(errorIn(await exchange(t, port, bytes)), [400, "bad-request", null], bytes);
  }
  // Node itself answers this.
  t.match(await exchange(t, port, "GET / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 400 Bad Request\r\n/);
  const huge = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(1 << 20)}\r\n\r\n`;
  t.same(errorIn(await exchange(t, port, huge)), [431, "headers-too-long", null]);
  t.equal(handled, 0);
  await until(() => gate.admission.open === 0, "no place is kept");
});

t.test("a peer that resets its connection leaves nothing behind", async (t) => {
  const { port, gate, listener, door } = await anHttpEntrance(t, whoAsks);
  for (const bytes of ["", "GET", HELLO, `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab`]) {
    const socket = connect({ port, host: "127.0.0.1" });
    await once(socket, "connect");
    await new Promise((resolve) => socket.write(bytes, resolve));
    socket.resetAndDestroy();
    await until(() => gate.admission.open === 0 && listener.connectionCount === 0, "nothing is left");
  }
  t.same(door.telemetry.failures, []);
});

t.test("what was asked before something broken is answered, and then the connection is closed", async (t) => {
  const answers: (() => void)[] = [];
  const { port } = await anHttpEntrance(t, (_request, response) => void answers.push(() => response.end("[done]")));
  for (const broken of [
    "what?\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  ]) {
    answers.length = 0;
    const client = await Client.connect(t, port);
    client.socket.write(HELLO + broken);
    await until(() => answers.length > 0, "it is asked");
    for (const answer of answers) answer();
    await client.ended();
    const text = client.raw.toString();
    t.match(text, /^HTTP\/1\.1 200 OK\r\n/);
    t.equal(text.match(/HTTP\/1\.1/g)?.length, 1, text);
  }
});
