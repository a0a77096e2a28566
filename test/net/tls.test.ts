import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect as connectPlain, createServer, type Socket } from "node:net";
import { duplexPair } from "node:stream";
import { connect, type ConnectionOptions, type SecureVersion, TLSSocket } from "node:tls";
import { queryObjects } from "node:v8";
import t, { type Test } from "tap";
import { Ranges } from "../../src/domain/ranges.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { Tls, type TlsFiles } from "../../src/net/tls.ts";
import { certify } from "../../tools/certificate.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { anEntrance, type Entrance } from "../support/sockets/gate.ts";
import { program, withParts } from "../../tools/parts.ts";
import { aProxyHeader } from "../support/sockets/proxy-headers.ts";
import { until } from "../support/sockets/until.ts";

interface Secured extends Entrance {
  readonly tls: Tls;
  readonly files: TlsFiles;
  readonly time: FakeClock;
}

/** A door with a port for TLS, and a certificate of the name `first`. */
async function aSecureEntrance(t: Test, settings: Parameters<typeof anEntrance>[1] = {}): Promise<Secured> {
  const time = new FakeClock();
  const files = certify(aFolder(t), "first");
  const tls = new Tls(files, time.timers);
  const entrance = await anEntrance(t, { ...settings, tls }, time.timers);
  return { ...entrance, tls, files, time };
}

async function shake(t: Test, port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
  t.teardown(() => socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

interface Tapped {
  readonly client: Client;
  readonly secured: TLSSocket;
  readonly tcp: Socket;
}

/** A client whose TCP connection is in the test's hands: it stays open when the client goes. */
async function tap(t: Test, port: number, version: SecureVersion): Promise<Tapped> {
  const tcp = connectPlain({ host: "127.0.0.1", port, allowHalfOpen: true });
  t.teardown(() => tcp.destroy());
  tcp.on("error", () => {});
  const [near, far] = duplexPair();
  tcp.on("data", (bytes: Buffer) => far.write(bytes));
  far.on("data", (bytes: Buffer) => tcp.write(bytes));
  const secured = await shake(t, 0, { socket: near, minVersion: version, maxVersion: version });
  return { client: new Client(secured), secured, tcp };
}

function test(name: string, body: (t: Test) => Promise<void>): Promise<void> {
  return withParts(t, [program("openssl")], name, body);
}

await test("people on TLS and on plain text are in one chat", async (t) => {
  const { port, tlsPort } = await aSecureEntrance(t);
  const one = new Client(await shake(t, tlsPort));
  await one.logIn("one");
  const two = await Client.login(t, port, "two");
  two.send("hello");
  await one.expect("[two]: hello");
  one.send("hello yourself");
  await two.expect("[one]: hello yourself");
  one.send("/quit");
  await one.expect("Bye.");
  await one.ended();
  await two.expect("[*]: User one left lobby.");
});

await test("a peer that has finished sending gets every reply over TLS too", async (t) => {
  const { tlsPort } = await aSecureEntrance(t);
  const one = new Client(await shake(t, tlsPort));
  one.socket.end("one\r\n/users\r\n");
  await one.expect("Online users: one");
  await one.ended();
});

await test("TLS is 1.2 or newer", async (t) => {
  const { tlsPort, door } = await aSecureEntrance(t);
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const socket = await shake(t, tlsPort, { minVersion: version, maxVersion: version });
    t.equal(socket.getProtocol(), version);
  }
  const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  await t.rejects(shake(t, tlsPort, old));
  await until(() => door.telemetry.turned.includes("tls-failed"), "it is noticed");
});

await test("plain text on the port for TLS gets a line, and plain text", async (t) => {
  const { tlsPort, door } = await aSecureEntrance(t);
  const one = await Client.connect(t, tlsPort);
  one.send("one");
  await one.ended();
  t.same(one.lines, ["This port speaks TLS. Try: ncat --ssl HOST PORT, or openssl s_client -quiet -connect HOST:PORT"]);
  t.same(door.telemetry.turned, ["not-tls"]);
});

await test("whoever says nothing, or never finishes shaking hands, is closed after ten seconds", async (t) => {
  const { tlsPort, door, time, gate } = await aSecureEntrance(t);
  const silent = await Client.connect(t, tlsPort);
  const stuck = await Client.connect(t, tlsPort);
  const before = time.plannedCount;
  stuck.socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
  await until(() => time.plannedCount === before && gate.admission.open === 2, "both are in, one has begun");
  await time.pass(9999);
  t.same(door.telemetry.turned, []);
  await time.pass(1);
  for (const client of [silent, stuck]) await client.until(() => client.isClosed || client.isEnded, "the end");
  await until(() => door.telemetry.turned.length === 2 && gate.admission.open === 0, "nothing is left of them");
});

await test("limits hold before hands are shaken", async (t) => {
  const { tlsPort } = await aSecureEntrance(t, { maxConnections: 1 });
  await new Client(await shake(t, tlsPort)).logIn("one");
  await t.rejects(shake(t, tlsPort), "closed without a hello");
});

await test("a header comes before the hello", async (t) => {
  const { tlsPort, door } = await aSecureEntrance(t, { isProxied: true, trustedProxy: new Ranges(["127.0.0.1"]) });
  const socket = connectPlain({ host: "127.0.0.1", port: tlsPort });
  socket.write(aProxyHeader("192.0.2.1"));
  const one = new Client(await shake(t, 0, { socket }));
  await one.logIn("one");
  t.equal(door.session("one").outlet.address, "192.0.2.1");
});

await test("a renewed certificate is shown to those who come, and drops nobody", async (t) => {
  const { tlsPort, tls, files } = await aSecureEntrance(t);
  const nameOf = async (): Promise<unknown> => (await shake(t, tlsPort)).getPeerCertificate().subject.CN;
  const one = new Client(await shake(t, tlsPort));
  await one.logIn("one");
  t.equal(await nameOf(), "first");
  certify(files.cert.replace(/\/[^/]*$/, ""), "second");
  t.equal(await nameOf(), "first", "not before it is told");
  const commit = tls.prepare(files);
  t.equal(await nameOf(), "first", "nor while it is prepared");
  commit();
  t.equal(await nameOf(), "second");
  t.same(await one.ask("/users"), ["Online users: one"]);
});

await test("a certificate that cannot be used is named, and the one of before goes on", async (t) => {
  const { tlsPort, tls, files } = await aSecureEntrance(t);
  const missing = { ...files, cert: `${files.cert}.old` };
  t.throws(() => tls.prepare(missing), { code: "ENOENT", path: missing.cert });
  writeFileSync(files.cert, "no certificate");
  t.throws(() => tls.prepare(files), { message: /^use .*cert\.pem with the key .*key\.pem for TLS: / });
  const other = certify(aFolder(t), "other");
  t.throws(() => tls.prepare({ cert: other.cert, key: files.key }), { message: /mismatch/ });
  t.equal((await shake(t, tlsPort)).getPeerCertificate().subject.CN, "first");
});

await test("a session is taken up again while its ticket's key lives, and not after it", async (t) => {
  const { tlsPort, time, listener } = await aSecureEntrance(t);
  const version = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
  const first = await shake(t, tlsPort, version);
  const session = first.getSession();
  if (!session) throw new Error("no session");
  t.equal((await shake(t, tlsPort, { ...version, session })).isSessionReused(), true);
  // The server is the last to know that hands are shaken.
  await until(() => listener.connectionCount === 2, "both are in");
  await time.pass(6 * 60 * 60 * 1000);
  const later = await shake(t, tlsPort, { ...version, session });
  t.equal(later.isSessionReused(), false);
  await new Client(later).logIn("one");
});

await test("what cannot be read after the handshake ends the connection, and the name is free", async (t) => {
  const { tlsPort, port, listener, gate } = await aSecureEntrance(t);
  const record = Buffer.from([0x17, 3, 3, 0, 32]);
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    for (const broken of [Buffer.concat([record, Buffer.alloc(32)]), Buffer.from("/quit\r\n")]) {
      const { client, tcp } = await tap(t, tlsPort, version);
      await client.logIn("one");
      tcp.write(broken);
      await until(() => listener.connectionCount === 0 && gate.admission.open === 0, `the end over ${version}`);
      const next = await Client.login(t, port, "one");
      next.send("/quit");
      await next.ended();
      next.close();
      await until(() => listener.connectionCount === 0, "nobody is in");
    }
  }
});

await test("whoever wants to shake hands again is closed at once, with a name or without", async (t) => {
  const { tlsPort, listener, gate } = await aSecureEntrance(t);
  for (const hasName of [false, true]) {
    const { client, secured } = await tap(t, tlsPort, "TLSv1.2");
    if (hasName) await client.logIn("one");
    else {
      client.socket.write("o");
      await client.expect("Login:");
    }
    secured.renegotiate({}, () => {});
    await until(() => listener.connectionCount === 0 && gate.admission.open === 0, "the end");
  }
});

await test("handshakes that fail leave nothing behind", async (t) => {
  const { tlsPort, door, gate, time } = await aSecureEntrance(t);
  const hello = Buffer.from([0x16, 3, 1, 2, 0, 1]);
  const fail = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const { socket } = await Client.connect(t, tlsPort);
      if (i % 2 === 0) socket.write(Buffer.concat([hello, Buffer.alloc(600)]));
      else socket.end(hello);
    }
    await until(() => door.telemetry.turned.length === count && gate.admission.open === 0, "all have failed");
    t.same(new Set(door.telemetry.turned.splice(0)), new Set(["tls-failed"]));
  };
  await fail(2);
  const timers = time.plannedCount;
  await fail(50);
  t.equal(time.plannedCount, timers);
  await until(() => queryObjects(TLSSocket, { format: "count" }) === 0, "nobody holds their sockets");
});

await test("a peer whose records carry next to nothing is closed, and one that sends each key by itself is not", async (t) => {
  const time = new FakeClock();
  const tls = new Tls(certify(aFolder(t), "first"), time.timers);
  const { promise, resolve } = Promise.withResolvers<{ tcp: Socket; secured: TLSSocket | null }>();
  const server = createServer((tcp) => void tls.secure(tcp).then((secured) => resolve({ tcp, secured })));
  t.teardown(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  // It listens on an address.
  const client = await shake(t, (server.address() as AddressInfo).port);
  const { tcp, secured } = await promise;
  let keys = 0;
  secured?.on("data", (chunk: Buffer) => (keys += chunk.length));
  for (let i = 0; i < 3000; i++) client.write("x");
  await until(() => keys === 3000, "all keys have come");
  await time.pass(1000);
  t.equal(secured?.destroyed, false);
  // A client made with Node cannot be made to send key updates.
  Object.defineProperty(tcp, "bytesRead", { value: 64 * 1024 + 64 * 3000 + 1 });
  await time.pass(100);
  t.equal(secured?.destroyed, true);
});

t.test("a file that is not there is named at the start", async (t) => {
  const cert = `${aFolder(t)}/cert.pem`;
  t.throws(() => new Tls({ cert, key: cert }, systemClock), { code: "ENOENT", path: cert });
});
