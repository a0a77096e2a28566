import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import t, { type Test } from "tap";
import { Ranges } from "../../src/gate/ranges.ts";
import { systemClock } from "../../src/system-clock.ts";
import { Tls, type TlsFiles } from "../../src/telnet/tls.ts";
import { certify } from "../support/certificate.ts";
import { Client } from "../support/client.ts";
import { aFolder } from "../support/daemon.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { anEntrance, type Entrance } from "../support/gate.ts";
import { program, withParts } from "../support/parts.ts";
import { aProxyHeader } from "../support/proxy-headers.ts";
import { until } from "../support/until.ts";

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
  await until(() => door.watch.turned.includes("tls-failed"), "it is noticed");
});

await test("plain text on the port for TLS gets a line, and plain text", async (t) => {
  const { tlsPort, door } = await aSecureEntrance(t);
  const one = await Client.connect(t, tlsPort);
  one.send("one");
  await one.ended();
  t.same(one.lines, ["This port speaks TLS. Try: openssl s_client -connect HOST:PORT"]);
  t.same(door.watch.turned, ["not-tls"]);
});

await test("whoever says nothing, or never finishes shaking hands, is closed after ten seconds", async (t) => {
  const { tlsPort, door, time, gate } = await aSecureEntrance(t);
  const silent = await Client.connect(t, tlsPort);
  const stuck = await Client.connect(t, tlsPort);
  const before = time.plannedCount;
  stuck.socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
  await until(() => time.plannedCount === before && gate.admission.open === 2, "both are in, one has begun");
  await time.pass(9999);
  t.same(door.watch.turned, []);
  await time.pass(1);
  for (const client of [silent, stuck]) await client.until(() => client.isClosed || client.isEnded, "the end");
  await until(() => door.watch.turned.length === 2 && gate.admission.open === 0, "nothing is left of them");
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
  tls.reload(files);
  t.equal(await nameOf(), "second");
  t.same(await one.ask("/users"), ["Online users: one"]);
});

await test("a certificate that cannot be used is named, and the one of before goes on", async (t) => {
  const { tlsPort, tls, files } = await aSecureEntrance(t);
  const missing = { ...files, cert: `${files.cert}.old` };
  t.throws(() => tls.reload(missing), { code: "ENOENT", path: missing.cert });
  writeFileSync(files.cert, "no certificate");
  t.throws(() => tls.reload(files), { message: /^use .*cert\.pem with the key .*key\.pem for TLS: / });
  const other = certify(aFolder(t), "other");
  t.throws(() => tls.reload({ cert: other.cert, key: files.key }), { message: /mismatch/ });
  t.equal((await shake(t, tlsPort)).getPeerCertificate().subject.CN, "first");
});

await test("a session is taken up again while its ticket's key lives, and not after it", async (t) => {
  const { tlsPort, time } = await aSecureEntrance(t);
  const version = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
  const first = await shake(t, tlsPort, version);
  const session = first.getSession();
  if (!session) throw new Error("no session");
  t.equal((await shake(t, tlsPort, { ...version, session })).isSessionReused(), true);
  await time.pass(6 * 60 * 60 * 1000);
  const later = await shake(t, tlsPort, { ...version, session });
  t.equal(later.isSessionReused(), false);
  await new Client(later).logIn("one");
});

t.test("a file that is not there is named at the start", async (t) => {
  const cert = `${aFolder(t)}/cert.pem`;
  t.throws(() => new Tls({ cert, key: cert }, systemClock), { code: "ENOENT", path: cert });
});
