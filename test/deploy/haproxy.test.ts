import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { ROOT } from "../../deploy/bundle.ts";
import type { UserView } from "../../src/http/admin/views.ts";
import { Cluster, type ClusterNode } from "../support/processes/cluster.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aListeningSocket } from "../support/sockets/listening-socket.ts";
import { program, withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import { Voice } from "../support/processes/voice.ts";

const CONFIG = join(ROOT, "deploy/haproxy.cfg");

function opsPort({ chatd }: ClusterNode): number {
  return Number(/"opsPort":(\d+)/.exec(chatd.stderr)?.[1]);
}

/** Runs HAProxy with the project's settings, but for where it listens and where the nodes are; returns its port. */
async function balance(t: Test, nodes: readonly ClusterNode[]): Promise<number> {
  const socket = await aListeningSocket();
  const servers = nodes.map((node, i) => `  server node${i} 127.0.0.1:${node.port} check port ${opsPort(node)}`);
  const settings = readFileSync(CONFIG, "utf8")
    .replace("bind :8080", "bind fd@3")
    .replace(/^ {2}server-template .*$/m, servers.join("\n"))
    .replace("inter 2s", "inter 100ms");
  const config = join(aFolder(t), "haproxy.cfg");
  writeFileSync(config, settings);
  const haproxy = spawn("haproxy", ["-db", "-f", config], { stdio: ["ignore", "ignore", "inherit", socket.fd] });
  t.teardown(async () => {
    haproxy.kill("SIGKILL");
    await once(haproxy, "exit");
  });
  socket.close();
  return socket.port;
}

await withParts(
  t,
  [program("haproxy")],
  "HAProxy understands the settings that come with the containers",
  async (t) => {
    t.equal(execFileSync("haproxy", ["-c", "-q", "-f", CONFIG], { encoding: "utf8" }), "");
  },
);

await withParts(
  t,
  [program("haproxy"), postgresPart],
  "nodes behind HAProxy are one chat, and one can go",
  async (t) => {
    const postgres = await Postgres.start();
    t.teardown(() => postgres.remove());
    const args = ["--ops-port", "0", "--proxy-protocol", "--trusted-proxy", "127.0.0.1", "--drain", "1s"];
    const cluster = await Cluster.start(t, postgres, { nodes: 2, args });
    for (const { chatd } of cluster.nodes) await chatd.logged(/"msg":"Started"/);
    const port = await balance(t, cluster.nodes);
    const [one, two] = [await Voice.enter(t, port, "one"), await Voice.enter(t, port, "two")];
    await one.isTold("[*]: User two joined lobby.");
    one.send("hello");
    await two.hears("[one]: hello");
    await until(async () => {
      const users = (await cluster.nodes[0]?.admin.get<UserView[]>("/users")) ?? [];
      return new Set(users.map(({ node }) => node)).size === 2;
    }, "each is at a node of their own");

    await cluster.nodes[0]?.admin.post("/drain", {});
    await until(() => one.isEnded || two.isEnded, "the one who is there is sent away");
    const [gone, stayed] = one.isEnded ? [one, two] : [two, one];
    await gone.isTold("[*]: This server is shutting down. Please connect again.");
    const health = async (): Promise<number> =>
      (await fetch(`http://127.0.0.1:${opsPort(cluster.nodes[0]!)}/readyz`)).status;
    t.equal(await health(), 503);
    // Until HAProxy has seen that, it may send somebody there, who is told to come again.
    const told = stayed.told.length;
    let back: Voice | null = null;
    await until(async () => {
      const voice = await Voice.connect(t, port, gone.name);
      voice.send(gone.name);
      await until(() => voice.isEnded || voice.told.some((line) => line.startsWith("Type /help")), "in, or sent away");
      if (!voice.isEnded) back = voice;
      return back !== null;
    }, "the other node takes them");
    await stayed.isTold(`[*]: User ${gone.name} joined lobby.`, told);
    stayed.send("welcome back");
    await (back as Voice | null)?.hears(`[${stayed.name}]: welcome back`);
    t.notOk(stayed.isEnded, "who was at the other node noticed nothing");
  },
);

await withParts(
  t,
  [program("haproxy"), postgresPart],
  "while a node restarts, HAProxy leads to another one",
  async (t) => {
    const postgres = await Postgres.start();
    t.teardown(() => postgres.remove());
    const args = ["--ops-port", "0", "--proxy-protocol", "--trusted-proxy", "127.0.0.1", "--drain", "2s"];
    const cluster = await Cluster.start(t, postgres, { nodes: 2, args });
    for (const { chatd } of cluster.nodes) await chatd.logged(/"msg":"Started"/);
    const port = await balance(t, cluster.nodes);
    const [one, two] = [await Voice.enter(t, port, "one"), await Voice.enter(t, port, "two")];
    const [restarting] = cluster.nodes;
    const ended = restarting?.chatd.end("SIGTERM");
    await until(() => [one, two].some(({ told }) => told.some((line) => line.includes("is restarting"))), "it says so");
    // It still answers health checks, and takes nobody new.
    const three = await Voice.enter(t, port, "three");
    t.notOk(three.isEnded);
    t.equal(await ended, 0);
    three.leave();
  },
);
