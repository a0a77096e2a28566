import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { checkAgreement, Cluster, hush } from "../support/processes/cluster.ts";
import { MIGRATIONS, VERSION } from "../../src/postgres/schema.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { ChatdProcess } from "../support/processes/process.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { until } from "../support/sockets/until.ts";
import type { Voice } from "../support/processes/voice.ts";

await withParts(t, [postgresPart], "nodes that are replaced", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  await t.test("all nodes, one after the other, while people talk: who comes back finds no gap", async (t) => {
    const cluster = await Cluster.start(t, postgres, { args: ["--drain", "100ms", "--login-tries", "0"] });
    const names = ["a1", "b1", "c1"];
    let voices = await cluster.voices(...names);
    const gone: Voice[] = [];
    for (const voice of voices) voice.talk();
    for (let i = 0; i < names.length; i++) {
      const next = await cluster.addNode();
      const [leaving] = voices as [Voice];
      await leaving.hearsMore(50);
      const ended = cluster.nodes[i]?.chatd.end("SIGTERM");
      await until(() => leaving.isEnded, "it is disconnected");
      gone.push(leaving);
      const back = await cluster.voice(cluster.nodes.indexOf(next), leaving.name);
      back.send("/history 1000");
      await until(() => back.history.length > 0, "it reads what was said");
      t.equal(await ended, 0);
      voices = [...voices.slice(1), back];
      back.talk();
      await back.hearsMore(50);
    }
    await hush(cluster, voices);
    await checkAgreement(t, cluster, [...gone, ...voices], []);
    const stored = await cluster.stored();
    for (const voice of voices) {
      const before = gone.find(({ name }) => name === voice.name);
      const seqOf = (line = ""): number => {
        const [, author, body] = /^\[(\w+)\]: (.*)$/.exec(line) ?? [];
        return stored.find((one) => one.author === author && one.body === body)?.seq ?? Number.NaN;
      };
      const read = voice.history.map((line) => Number(/^\d+/.exec(line)?.[0]));
      const seen = new Set([...read, ...[...(before?.heard ?? []), ...voice.heard].map(seqOf)]);
      for (const one of stored) if (one.author === voice.name) seen.add(one.seq);
      t.equal(seen.size, stored.length, `${voice.name} has seen all ${stored.length} lines, before, after and between`);
    }
  });

  await t.test("an older node starts on a newer schema, unless that shuts it out", async (t) => {
    const cluster = await Cluster.start(t, postgres, { nodes: 1 });
    await cluster.query("update chatd_schema set version = version + 1");
    const next = await cluster.addNode();
    const voice = await cluster.voice(1, "one");
    await voice.asks("/users", "Online users: one");
    t.equal(await next.chatd.end("SIGINT"), 0);
    await cluster.query("update chatd_schema set version = 99, min_node = 99");
    const url = postgres.url(cluster.database);
    const refused = ChatdProcess.start(t, ["serve", "--port", "0", "--data-dir", aFolder(t), "--database", url]);
    t.equal(await refused.exited(), 1);
    t.ok(
      refused.stderr.endsWith(
        `was written by a newer chatd (schema 99, this one knows ${VERSION}). Start that version.\n`,
      ),
      refused.stderr,
    );
    t.notMatch(refused.stderr, /not secret|not%20secret/, "no password is shown");
  });

  await t.test("the schema can be made before, and says so", async (t) => {
    const url = await postgres.database();
    const migrated = ChatdProcess.start(t, ["migrate", "--database", url]);
    t.equal(await migrated.exited(), 0);
    t.match(migrated.stdout, /^postgres:\/\/chatd@127\.0\.0\.1:\d+\/test_\d+ is ready for chatd \d+\.\d+\.\d+\.\n$/);
    const name = new URL(url).pathname.slice(1);
    t.match(await postgres.query(name, "select version, min_node from chatd_schema"), [
      { version: VERSION, min_node: MIGRATIONS.at(-1)?.minNode },
    ]);
    const file = ChatdProcess.start(t, ["migrate", "--database", `sqlite:${aFolder(t)}/chatd.db`]);
    t.equal(await file.exited(), 0);
    const wrong = ChatdProcess.start(t, ["migrate", "--database", "mysql://x"]);
    t.equal(await wrong.exited(), 2);
  });
});
