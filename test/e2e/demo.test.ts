import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import t from "tap";
import { aFolder } from "../support/sockets/daemon.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import { Voice } from "../support/processes/voice.ts";

const DEMO = fileURLToPath(new URL("../../demo/cluster.ts", import.meta.url));

t.test("a port that cannot be had ends the demo before anything is started", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const advice = "Type: npm run demo:cluster -- --port 0   (takes a free one)\n";
  for (const [wanted, told] of [
    [String(port), `Port ${port} is in use.`],
    ["many", "--port many: not a port."],
  ] as const) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [DEMO, "--port", wanted], { encoding: "utf8" });
    t.same([status, stdout, stderr], [1, "", `${told} ${advice}`]);
  }
});

await withParts(t, [postgresPart], "the demo is one chat on three daemons, and leaves nothing behind", async (t) => {
  const tmp = aFolder(t);
  // PostgreSQL runs as another user where the tests are root's.
  chmodSync(tmp, 0o755);
  const demo = spawn(process.execPath, [DEMO, "--port", "0"], {
    env: { ...process.env, TMPDIR: tmp },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => demo.kill("SIGKILL"));
  let said = "";
  demo.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const exited = once(demo, "exit");
  await until(() => said.includes("^C ends it"), "it says what to type");
  const port = Number(/telnet localhost (\d+)/.exec(said)?.[1]);
  const pids = [...said.matchAll(/kill -9 (\d+)/g)].map(([, pid]) => Number(pid));
  t.equal(new Set(pids).size, 3);

  const one = await Voice.enter(t, port, "one");
  const two = await Voice.enter(t, port, "two");
  await one.isTold("[*]: User two joined lobby.");
  one.send("hello");
  await two.hears("[one]: hello");
  process.kill(pids[1] ?? 0, "SIGKILL");
  await until(() => two.isEnded && said.includes("Daemon 2 is back"), "the second came back");
  pids.push(Number(/as process (\d+)/.exec(said)?.[1]));

  demo.kill("SIGINT");
  t.same(await exited, [0, null]);
  t.match(said, /Everything has ended, and nothing is left\.\n$/);
  t.same(
    pids.filter((pid) => existsSync(`/proc/${pid}`)),
    [],
  );
  t.same(readdirSync(tmp), [], "no file is left");
});
