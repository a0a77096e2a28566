import t from "tap";
import { Ranges } from "../../src/domain/ranges.ts";
import { Client } from "../support/sockets/client.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { anEntrance, type Entrance } from "../support/sockets/gate.ts";
import { aProxyHeader, v2Header } from "../support/sockets/proxy-headers.ts";
import { until } from "../support/sockets/until.ts";

const PROXIED = { isProxied: true, trustedProxy: new Ranges(["127.0.0.1"]) };
const LOCAL = v2Header({ command: 0, family: 0 });

/** Why the last one who came was turned away. */
async function whyTurned({ door }: Entrance): Promise<string | undefined> {
  await until(() => door.telemetry.turned.length > 0, "somebody is turned away");
  return door.telemetry.turned.at(-1);
}

t.test("each limit turns away with a line that names its setting, and closes", async (t) => {
  const limits = {
    maxConnections: "This server is full (1 connection). Please try again later.",
    maxConnectionsPerAddress: "Your address already has 1 connection, the maximum. Close one first.",
    maxNewPerMinute: "There are too many new connections from your address. Please wait a minute.",
  };
  for (const [limit, line] of Object.entries(limits)) {
    const entrance = await anEntrance(t, { [limit]: 1 });
    const one = await Client.login(t, entrance.port, "one");
    const two = await Client.connect(t, entrance.port);
    await two.ended();
    t.same(two.lines, [line]);
    t.same(await one.ask("/users"), ["Online users: one"]);
    t.equal(entrance.listener.connectionCount, 1);
  }
});

t.test("a place is free again when a connection is closed, however it was", async (t) => {
  const { port, gate } = await anEntrance(t, { maxConnections: 1 });
  for (const leave of ["quit", "end", "destroy"] as const) {
    const one = await Client.login(t, port, `by_${leave}`);
    if (leave === "quit") one.send("/quit");
    else one.socket[leave]();
    if (leave !== "destroy") await one.ended();
    one.close();
    await until(() => gate.admission.open === 0, `the place is free after ${leave}`);
  }
});

t.test("an address that is banned is told so and why, and closed", async (t) => {
  const { port, door, gate } = await anEntrance(t);
  const ban = { untilMicros: null, author: "root", atMicros: 1 };
  await door.context.bans.add({ ...ban, subject: "127.0.0.0/8", reason: "enough of this" });
  const one = await Client.connect(t, port);
  await one.ended();
  t.same(one.lines, ["Your address is banned here: enough of this"]);
  await door.context.bans.add({ ...ban, subject: "127.0.0.0/8", reason: "" });
  const two = await Client.connect(t, port);
  await two.ended();
  t.same(two.lines, ["Your address is banned here."]);
  t.same(door.telemetry.turned, ["banned", "banned"]);
  t.equal(gate.admission.open, 0);
});

t.test("nobody comes in while the server is being taken out, and those inside go on", async (t) => {
  const { port, gate } = await anEntrance(t);
  const one = await Client.login(t, port, "one");
  gate.isDraining = true;
  const two = await Client.connect(t, port);
  await two.ended();
  t.same(two.lines, ["[*]: This server is shutting down. Please connect again."]);
  t.same(await one.ask("/users"), ["Online users: one"]);
});

t.test("behind a proxy people are where its header says, and what follows it is theirs", async (t) => {
  const { port, door } = await anEntrance(t, PROXIED);
  const one = await Client.connect(t, port);
  one.socket.write(Buffer.concat([aProxyHeader("::ffff:192.0.2.1"), Buffer.from("one\r\n/users\r\n")]));
  await one.expect("Online users: one");
  t.equal(door.session("one").outlet.address, "192.0.2.1");
});

t.test("a header may come a byte at a time", async (t) => {
  const { port, door } = await anEntrance(t, PROXIED);
  const one = await Client.connect(t, port);
  one.socket.setNoDelay(true);
  for (const byte of aProxyHeader("2001:db8::1")) {
    await new Promise((resolve) => one.socket.write(Buffer.from([byte]), resolve));
  }
  await one.logIn("one");
  t.equal(door.session("one").outlet.address, "2001:db8::1");
});

t.test("limits and bans hold for the address in the header, and not for the proxy's", async (t) => {
  const { port, door } = await anEntrance(t, { ...PROXIED, maxConnectionsPerAddress: 1 });
  const comeFrom = async (address: string): Promise<Client> => {
    const client = await Client.connect(t, port);
    client.socket.write(aProxyHeader(address));
    return client;
  };
  await (await comeFrom("192.0.2.1")).logIn("one");
  await (await comeFrom("192.0.2.2")).logIn("two");
  const again = await comeFrom("::ffff:192.0.2.1");
  await again.expect(/^Your address already has \d+ connections?, the maximum/);
  await door.context.bans.add({ subject: "192.0.2.3", untilMicros: null, reason: "", author: "root", atMicros: 1 });
  await (await comeFrom("192.0.2.3")).expect("Your address is banned here.");
});

t.test("a second header is what somebody typed", async (t) => {
  const { port, door } = await anEntrance(t, PROXIED);
  const one = await Client.connect(t, port);
  one.socket.write(Buffer.concat([aProxyHeader("192.0.2.1"), aProxyHeader("192.0.2.2")]));
  await one.expect("This port does not expect a PROXY header (--proxy-protocol).");
  t.same(door.telemetry.turned, []);
});

t.test("a header from elsewhere than the trusted ranges is not even read", async (t) => {
  const entrance = await anEntrance(t, { isProxied: true, trustedProxy: new Ranges(["10.0.0.0/8"]) });
  const one = await Client.connect(t, entrance.port);
  one.socket.write(aProxyHeader("192.0.2.1"));
  await one.ended();
  t.same(one.lines, ["Please connect through this server's proxy."]);
  t.equal(await whyTurned(entrance), "not-through-proxy");
});

t.test("what is no header is closed without a word", async (t) => {
  const entrance = await anEntrance(t, PROXIED);
  const one = await Client.connect(t, entrance.port);
  one.send("one");
  await one.ended();
  t.same(one.lines, []);
  t.equal(await whyTurned(entrance), "bad-proxy-header");
  t.equal(entrance.gate.admission.open, 0);
});

t.test("a header that does not come within five seconds is not waited for", async (t) => {
  const time = new FakeClock();
  const entrance = await anEntrance(t, PROXIED, time.timers);
  const one = await Client.connect(t, entrance.port);
  one.socket.write("PROXY TCP4");
  await until(() => one.socket.bytesWritten > 0 && time.plannedCount > 0, "the header is waited for");
  await time.pass(4999);
  t.same(entrance.door.telemetry.turned, []);
  await time.pass(1);
  await one.ended();
  t.equal(await whyTurned(entrance), "bad-proxy-header");
});

t.test("a health check is nobody: no user, no connection, and no place taken", async (t) => {
  const { port, door, gate, listener } = await anEntrance(t, { ...PROXIED, maxConnections: 1 });
  for (const header of [LOCAL, Buffer.from("PROXY UNKNOWN\r\n"), v2Header({ family: 0 })]) {
    const check = await Client.connect(t, port);
    check.socket.write(header);
    await check.ended();
    t.same(check.lines, []);
  }
  t.same([gate.admission.open, listener.connectionCount, door.telemetry.turned, door.telemetry.closes], [0, 0, [], []]);
  const one = await Client.connect(t, port);
  one.socket.write(aProxyHeader("192.0.2.1"));
  await one.logIn("one");
});

t.test("who connects and goes before the header is nobody as well", async (t) => {
  const { port, door, gate } = await anEntrance(t, PROXIED);
  const one = await Client.connect(t, port);
  one.socket.destroy();
  await until(() => door.telemetry.turned.length === 1, "it is noticed");
  t.equal(gate.admission.open, 0);
});
