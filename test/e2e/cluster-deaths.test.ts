import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { checkAgreement, Cluster, hush, LEASE_MS } from "../support/processes/cluster.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import { Voice } from "../support/processes/voice.ts";

const CUT_OFF = /^\[\*\]: This server cannot reach its database/;
const BACK = "[*]: This server reaches its database again.";

await withParts(t, [postgresPart], "nodes and databases that die", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  await t.test("of a node that is killed, names are free and nothing else is seen; it comes back", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1", "a2", "b2", "c2");
    const [a1, b1, c1, , b2] = voices as [Voice, Voice, Voice, Voice, Voice];
    await b1.asks("/create Planes", /Planes/);
    for (const voice of [b1, c1]) await voice.asks("/join Planes", `[*]: User ${voice.name} joined Planes.`);
    for (const voice of [b1, c1]) await voice.asks("/join lobby", "You are now talking in lobby.");
    for (const voice of voices) voice.talk();
    await a1.hearsMore(200);
    const told = a1.told.length;
    await cluster.nodes[1]?.chatd.end("SIGKILL");
    await a1.hearsMore(200);
    const dead = [b1, b2];
    const alive = voices.filter((voice) => !dead.includes(voice));
    for (const { name } of dead) await a1.isTold(`[*]: User ${name} left lobby.`);
    await c1.isTold("[*]: User c1 now owns Planes.");
    const again = await Voice.enter(t, cluster.nodes[2]?.port ?? 0, "b1");
    await a1.isTold("[*]: User b1 joined lobby.", told);
    const back = await cluster.addNode();
    const other = await Voice.enter(t, back.port, "b2");
    other.talk();
    await a1.hearsMore(200);
    await hush(cluster, [...alive, again, other]);
    t.same(
      a1.told.slice(told).filter((line) => !/^\[\*\]: User b[12] (?:left|joined) lobby\.$/.test(line)),
      [],
      "the others are told nothing else",
    );
    await checkAgreement(t, cluster, [...alive, again, other], alive);
    const stored = (await cluster.stored()).map(({ body }) => body);
    for (const voice of dead)
      t.same(
        voice.said.filter((body) => !stored.includes(body)),
        [],
        "what they were told",
      );
  });

  await t.test("a database that crashes and comes back costs nobody anything", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1", "a2", "b2", "c2");
    const [a1] = voices as [Voice];
    for (const voice of voices) voice.talk();
    await a1.hearsMore(200);
    await postgres.stop("SIGQUIT");
    await a1.isTold(CUT_OFF);
    await postgres.startAgain();
    await a1.isTold(BACK);
    await a1.hearsMore(200);
    await hush(cluster, voices);
    await checkAgreement(t, cluster, voices);
    t.notOk(
      voices.some((voice) => voice.isEnded),
      "nobody was thrown out",
    );
    await a1.asks("/users", "Online users: a1, a2, b1, b2, c1, c2");
  });

  await t.test("whoever died before the clock of the database was set back is dead, and nobody else is", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1");
    const [a1] = voices as [Voice];
    const ids = async () => (await cluster.query("select id from nodes order by id")).map(({ id }) => Number(id));
    const before = await ids();
    await cluster.nodes[1]?.chatd.end("SIGKILL");
    // As if it had been set back by an hour at this moment.
    await cluster.query(
      "update nodes set renewed_at = renewed_at + interval '1 hour', up_since = up_since + interval '1 hour'",
    );
    await a1.isTold("[*]: User b1 left lobby.");
    const after = await ids();
    t.equal(after.length, 2);
    t.ok(
      after.every((id) => before.includes(id)),
      "no other node was taken for dead",
    );
    await Voice.enter(t, cluster.nodes[2]?.port ?? 0, "b1");
  });

  await t.test("a database that is frozen for longer than the lease costs nobody a name", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1");
    const [a1] = voices as [Voice];
    const before = await cluster.query("select id, up_since from nodes order by id");
    for (const voice of voices) voice.talk();
    await a1.hearsMore(100);
    const thawed = Date.now() + 1.5 * LEASE_MS;
    postgres.freeze();
    await a1.isTold(CUT_OFF);
    await until(() => Date.now() > thawed, "the lease is over");
    postgres.thaw();
    for (const voice of voices) await voice.isTold(BACK);
    await a1.hearsMore(100);
    await hush(cluster, voices);
    await checkAgreement(t, cluster, voices);
    t.notOk(
      voices.some((voice) => voice.isEnded),
      "nobody was thrown out",
    );
    const after = await cluster.query("select id, up_since from nodes order by id");
    t.same(
      after.map(({ id }) => id),
      before.map(({ id }) => id),
      "no node was taken for dead",
    );
    t.notOk(
      after.some((node, i) => String(node["up_since"]) === String(before[i]?.["up_since"])),
      "though the lease of each was over",
    );
  });
});
