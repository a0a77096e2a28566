import t, { type Test } from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { withParts } from "../../tools/parts.ts";
import { Cluster, LEASE_MS } from "../support/processes/cluster.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { ChatdProcess } from "../support/processes/process.ts";
import { Client } from "../support/sockets/client.ts";
import { until } from "../support/sockets/until.ts";

const GRACE = ["--grace", "10m", "--drain", "0"];
const CODE = /^If your connection breaks, log in as \w+:([0-9A-Z]{4}-[0-9A-Z]{4}) within \w+ \w+\.$/;

/** Somebody who gives this answer at the prompt. */
async function comesBack(t: Test, port: number, name: string, answer = name): Promise<Client> {
  const client = await Client.connect(t, port);
  client.name = name;
  client.send(answer);
  return client;
}

/** Times of what was seen are in whole milliseconds. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await until(() => Date.now() > now, "the next millisecond");
}

/** Every node has compared what it knows with the database. */
async function haveCompared(cluster: Cluster): Promise<void> {
  const renewals = async () => {
    const rows = await cluster.query("select id, renewed_at from nodes where renewed_at + lease > clock_timestamp()");
    return new Map(rows.map((row) => [String(row["id"]), String(row["renewed_at"])]));
  };
  // The lease is renewed more often than rooms are compared.
  for (let i = 0; i < 3; i++) {
    const before = await renewals();
    await until(async () => {
      const now = await renewals();
      return [...before].every(([id, at]) => now.get(id) !== at);
    }, "the leases are renewed");
  }
}

await withParts(t, [postgresPart], "coming back at any node", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());
  const start = (t: Test, nodes = 2) => Cluster.start(t, postgres, { nodes, args: GRACE });
  const portOf = ({ nodes }: Cluster, node: number): number => nodes[node]?.port ?? 0;

  await t.test("at another node somebody has all that they had", async (t) => {
    const cluster = await start(t);
    const [ann, ben] = [
      await Client.login(t, portOf(cluster, 0), "ann"),
      await Client.login(t, portOf(cluster, 0), "ben"),
    ];
    const eve = await Client.login(t, portOf(cluster, 1), "eve");
    await ann.ask("/create Planes", "/join Planes", "/create_private Attic", "/join Attic", "/invite ben");
    await ben.ask("/join Planes");
    await ann.ask("/join Planes", "/op ben");
    await ben.ask("/create_private Cellar", "/join Cellar", "/invite ann");
    await ann.ask("/join Cellar", "before");
    await eve.ask("/join Planes");
    await nextMillisecond();
    await ben.ask("/where");
    ben.socket.resetAndDestroy();
    for (const [client, room] of [
      [ann, "Cellar"],
      [eve, "Planes"],
    ] as const)
      await client.expect(`[*]: User ben left ${room}.`);
    await ann.ask("one", "two", "#Planes three");

    const again = await comesBack(t, portOf(cluster, 1), "ben");
    await again.expect("You are back in lobby. Nothing was said meanwhile.");
    await again.expect("You are back in Planes. 1 line was said meanwhile.");
    await again.expect(/^1 \d\d:\d\d \[ann\]: three$/);
    await again.expect("You are back in Cellar. 2 lines were said meanwhile.");
    await again.expect(/^2 \d\d:\d\d \[ann\]: one$/);
    await again.expect(/^3 \d\d:\d\d \[ann\]: two$/);
    await eve.expect("[*]: User ben joined Planes.");
    await again.ask("here I am");
    await ann.expect("[ben]: here I am");
    t.same(await again.ask("/topic keys"), ["Topic set."], "the room is still theirs");
    await again.ask("/join Attic");
    t.same(await again.ask("/where"), ["You talk in Attic (private). Also in: lobby, Planes, Cellar."], "and invited");
    await again.ask("/join Planes");
    t.same(await again.ask("/kick eve"), ["User eve was kicked from Planes."], "and an operator");
    t.equal((await ann.ask("/users")).at(-1), "Online users: ann, ben, eve");
  });

  await t.test("with the code, the connection that is not known to be dead is closed at its node", async (t) => {
    const cluster = await start(t);
    const one = await comesBack(t, portOf(cluster, 0), "one");
    const [, code = ""] = CODE.exec(await one.expect(CODE)) ?? [];
    await one.ask("/create_private Cellar", "/join Cellar");
    const again = await comesBack(t, portOf(cluster, 1), "one", `one:${code}`);
    await one.expect("You have logged in from a different client, closing this connection.");
    t.notMatch(await again.expect(CODE), new RegExp(code), "each code brings back once");
    await again.expect("You are back in Cellar. Nothing was said meanwhile.");
  });

  await t.test("a private room whose only member lost the connection is there when they come back", async (t) => {
    const cluster = await start(t);
    const [ann, ben] = [
      await Client.login(t, portOf(cluster, 0), "ann"),
      await Client.login(t, portOf(cluster, 1), "ben"),
    ];
    await ann.ask("/create_private Cellar", "/join Cellar", "the key is under the mat");
    ann.socket.resetAndDestroy();
    await ben.expect("[*]: User ann left lobby.");
    await haveCompared(cluster);
    const again = await comesBack(t, portOf(cluster, 1), "ann");
    await again.expect("You are back in Cellar. Nothing was said meanwhile.");
    t.match(await again.ask("/history"), [/-- last 1 line in Cellar/, /\[ann\]: the key is under the mat$/]);
  });

  await t.test("the people of a node that is killed come back at another one", async (t) => {
    const cluster = await start(t);
    const [ann, ben] = [
      await Client.login(t, portOf(cluster, 0), "ann"),
      await Client.login(t, portOf(cluster, 1), "ben"),
    ];
    await ann.expect("[*]: User ben joined lobby.");
    await ann.ask("/create_private Cellar", "/join Cellar", "/create Garden", "/invite ben");
    await cluster.nodes[0]?.chatd.end("SIGKILL");
    const again = await comesBack(t, portOf(cluster, 1), "ann");
    await again.expect("You are back in lobby. Nothing was said meanwhile.");
    await again.expect("You are back in Cellar. Nothing was said meanwhile.");
    t.same(await again.ask("/topic keys"), ["Topic set."]);
    t.same(await again.ask("/destroy Garden"), ["Room Garden destroyed."]);
    t.same(await ben.ask("/join Cellar", "/users Cellar"), [
      "[*]: User ben joined Cellar.",
      "Topic: keys",
      "Users in Cellar: ann, ben",
    ]);
  });

  await t.test("all nodes may be started again, one after the other, or all at once", async (t) => {
    const cluster = await start(t);
    const people = { ann: 0, ben: 1 };
    for (const [name, node] of Object.entries(people)) {
      const one = await Client.login(t, portOf(cluster, node), name);
      await one.ask(`/create_private Of_${name}`, `/join Of_${name}`);
    }
    for (const [name, node] of Object.entries(people)) {
      t.equal(await cluster.nodes[node]?.chatd.end("SIGTERM"), 0);
      const { port } = await cluster.addNode();
      const again = await comesBack(t, port, name);
      await again.expect(`You are back in Of_${name}. Nothing was said meanwhile.`);
    }
    await Promise.all(cluster.nodes.slice(2).map(({ chatd }) => chatd.end("SIGTERM")));
    const { port } = await cluster.addNode();
    for (const name of Object.keys(people)) {
      const again = await comesBack(t, port, name);
      await again.expect(`You are back in Of_${name}. Nothing was said meanwhile.`);
    }
  });

  await t.test("in a database that was restored elsewhere people find what they had", async (t) => {
    const cluster = await start(t, 1);
    const ann = await Client.login(t, portOf(cluster, 0), "ann");
    await ann.ask("/create_private Cellar", "/join Cellar", "the key is under the mat");
    await cluster.nodes[0]?.chatd.end("SIGKILL");
    const copy = "restored";
    await until(async () => {
      try {
        await postgres.query("postgres", `create database ${copy} template ${cluster.database}`);
        return true;
      } catch {
        // The connections of the node that was killed are not closed yet.
        return false;
      }
    }, "the database is copied");
    const args = ["--database", postgres.url(copy), "--lease", `${LEASE_MS}ms`, ...GRACE];
    const { port } = await ChatdProcess.serve(t, args);
    const again = await comesBack(t, port, "ann");
    await again.expect(/^You are back in Cellar\./);
    t.match(await again.ask("/history"), [/-- last 1 line in Cellar/, /\[ann\]: the key is under the mat$/]);
  });
});
