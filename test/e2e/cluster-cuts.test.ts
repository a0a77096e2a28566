import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { checkAgreement, Cluster, hush } from "../support/processes/cluster.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import type { Voice } from "../support/processes/voice.ts";

const CUT_OFF = /^\[\*\]: This server cannot reach its database/;
const BACK = "[*]: This server reaches its database again.";

await withParts(t, [postgresPart], "connections to the database that fail", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  await t.test("an answer that is lost between commit and node: stored once, delivered once", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1", "a2", "b2", "c2");
    const [a1] = voices as [Voice];
    for (const voice of voices) voice.talk();
    for (const { proxy } of cluster.nodes) {
      await a1.hearsMore(50);
      proxy.swallowAnswers(5);
      await until(() => proxy.swallowedAnswers === 5, "five answers are lost");
    }
    await hush(cluster, voices);
    await checkAgreement(t, cluster, voices);
    t.same(
      voices.flatMap(({ refused }) => refused),
      [],
      "nobody is told that a line was not stored that is",
    );
  });

  await t.test("a node that is cut off fences itself, and agrees when it is back", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1", "a2", "b2", "c2");
    const [a1, b1, , , b2] = voices as [Voice, Voice, Voice, Voice, Voice];
    const cut = cluster.nodes[1];
    for (const voice of voices) voice.talk();
    await a1.hearsMore(100);
    const ids = await cluster.query("select id from nodes order by id");
    cut?.proxy.cut();
    await b1.isTold(CUT_OFF);
    const heard = b1.heard.length;
    await a1.isTold("[*]: User b1 left lobby.");
    await a1.isTold("[*]: User b2 left lobby.");
    await a1.hearsMore(100);
    t.equal(b1.heard.length, heard, "it delivers nothing meanwhile");
    cut?.proxy.heal();
    for (const voice of [b1, b2]) await voice.isTold(BACK);
    await a1.isTold("[*]: User b1 joined lobby.", a1.told.indexOf("[*]: User b1 left lobby."));
    await a1.hearsMore(100);
    await hush(cluster, voices);
    await checkAgreement(t, cluster, voices);
    t.notSame(await cluster.query("select id from nodes order by id"), ids, "it came back as another");
    await b1.asks("/users", "Online users: a1, a2, b1, b2, c1, c2");
    await a1.asks("/users", "Online users: a1, a2, b1, b2, c1, c2");
  });

  await t.test("who lost their name meanwhile is asked for another", async (t) => {
    const cluster = await Cluster.start(t, postgres, { nodes: 2 });
    const [a1, b1] = (await cluster.voices("a1", "b1")) as [Voice, Voice];
    const [, cut] = cluster.nodes;
    cut?.proxy.cut();
    await a1.isTold("[*]: User b1 left lobby.");
    const thief = await cluster.voice(0, "b1");
    cut?.proxy.heal();
    await b1.isTold("Your name was given to somebody else while this server was away. Please choose a different name.");
    await b1.asks("b2", "Welcome, b2.");
    await b1.isTold(/^Type \/help/);
    await thief.isTold("[*]: User b2 joined lobby.");
    await thief.asks("/users", "Online users: a1, b1, b2");
  });

  await t.test("a listening connection that is dead is noticed, and nothing is missed", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1");
    const [a1, b1] = voices as [Voice, Voice];
    for (const voice of voices) voice.talk();
    await a1.hearsMore(100);
    const listeners = async () =>
      (
        await cluster.query("select pid from pg_stat_activity where application_name = 'chatd listen' order by pid")
      ).map(({ pid }) => pid);
    const before = await listeners();
    cluster.nodes[1]?.proxy.cut((purpose) => purpose === "listen");
    await b1.hearsMore(100);
    cluster.nodes[1]?.proxy.heal();
    await until(async () => (await listeners()).some((pid) => !before.includes(pid)), "it listens again");
    await a1.hearsMore(100);
    await hush(cluster, voices);
    await checkAgreement(t, cluster, voices);
    t.same(
      voices.flatMap(({ told }) => told.filter((line) => CUT_OFF.test(line))),
      [],
      "nobody notices",
    );
  });
});
