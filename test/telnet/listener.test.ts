import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";
import { program, withParts } from "../support/parts.ts";

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
  await t.rejects(aDaemon(t, { port: String(port) }), { code: "EADDRINUSE", port });
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
