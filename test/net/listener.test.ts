import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import t from "tap";
import { texts } from "../../src/formats/text/sentences.ts";
import { Listener } from "../../src/net/listener.ts";
import { telnetProtocol } from "../../src/telnet/protocol.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { TestDoor } from "../support/sockets/door.ts";
import { aGate } from "../support/sockets/gate.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { program, withParts } from "../../tools/parts.ts";
import { until } from "../support/sockets/until.ts";

t.test("people come in over IPv4 and over IPv6, on one port", async (t) => {
  const { port } = await aDaemon(t, { host: ["127.0.0.1", "::1"] });
  const four = await Client.connect(t, port, "127.0.0.1");
  const six = await Client.connect(t, port, "::1");
  await four.logIn("four");
  await six.logIn("six");
  t.same(await six.ask("/users"), ["Online users: four, six"]);
});

t.test("a port that is in use is refused, and what was started for it is stopped", async (t) => {
  const { port } = await aDaemon(t);
  await t.rejects(aDaemon(t, { port: String(port) }), { setting: "port", cause: { code: "EADDRINUSE", port } });
});

t.test("after the stop nobody is there to connect to", async (t) => {
  const daemon = await aDaemon(t);
  await daemon.stop(0);
  await t.rejects(Client.connect(t, daemon.port), { code: "ECONNREFUSED" });
});

await withParts(t, [program("ss")], "thousands who come at once wait in the kernel and not for it", async (t) => {
  const { port } = await aDaemon(t);
  const somaxconn = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  const listening = execFileSync("ss", ["-Hltn", `sport = :${port}`], { encoding: "utf8" });
  const [, , sendQueue] = listening.trim().split(/\s+/);
  t.ok(Number(sendQueue) >= Math.min(4096, somaxconn), `the backlog is ${sendQueue} of ${somaxconn}`);
});

t.test("who stays is cut off at the end of the time to drain, and not before", async (t) => {
  const time = new FakeClock();
  const door = new TestDoor(time.timers);
  const listener = new Listener(telnetProtocol(door.door), aGate(door), 0);
  const port = await listener.listen({ hosts: ["127.0.0.1"], port: 0, fds: [], tls: null });
  const [one, two] = [await Client.connect(t, port), await Client.connect(t, port)];
  await until(() => listener.connectionCount === 2, "both are in");
  listener.stopAccepting();
  let isOver = false;
  const closing = listener.closeAll(6000, texts.restarting).then(() => (isOver = true));
  for (const client of [one, two])
    await client.expect("[*]: The server is restarting. Please connect again in a moment.");
  t.notOk(one.isEnded, "nobody is closed before time passes");

  await time.pass(0);
  await one.ended();
  t.notOk(two.isEnded, "one after the other");
  await time.pass(2500);
  await two.ended();
  await time.pass(3499);
  await until(() => listener.connectionCount === 1, "the first one is not waited for any longer");
  t.notOk(isOver);
  await time.pass(1);
  await closing;
  t.equal(listener.connectionCount, 0);
});
