import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { checkAgreement, Cluster, hush } from "../support/processes/cluster.ts";
import { program, withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import type { Voice } from "../support/processes/voice.ts";

const run = promisify(execFile);
/** As many lines as are said in a busy minute, and no clock. */
const LINES = 5000;

await withParts(t, [postgresPart, program("pg_dump")], "what is done to the database beside the chat", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  await t.test("an old snapshot, held open, and a dump: the talk goes on, and batches stay as many", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const voices = await cluster.voices("a1", "b1", "c1", "a2", "b2", "c2");
    const [a1] = voices as [Voice];
    const reader = new pg.Client({ connectionString: postgres.url(cluster.database) });
    await reader.connect();
    t.teardown(() => reader.end());
    await reader.query("begin isolation level repeatable read");
    await reader.query("select count(*) from entries");
    for (const voice of voices) voice.talk();
    await a1.hearsMore(LINES);
    const { stdout } = await run(
      "pg_dump",
      ["--dbname", postgres.url(cluster.database), "--data-only", "-t", "entries"],
      {
        maxBuffer: 2 ** 28,
      },
    );
    t.ok(stdout.split("\n").length > LINES, "what was said until then is in the dump");
    const updates = await cluster.query(
      "select relname, n_tup_upd::int as n from pg_stat_user_tables where relname in ('entries', 'appends', 'streams', 'rooms')",
    );
    t.same(
      updates.filter(({ n }) => n !== 0),
      [],
      "no row is updated by a batch",
    );
    await reader.query("commit");
    await a1.hearsMore(100);
    await hush(cluster, voices);
    await checkAgreement(t, cluster, voices);
  });

  await t.test("a database that is restored: nodes and people are told, and numbers go on from there", async (t) => {
    const restored = await Postgres.start();
    t.teardown(() => restored.remove());
    const cluster = await Cluster.start(t, restored);
    const voices = await cluster.voices("a1", "b1", "c1");
    const [a1, b1, c1] = voices as [Voice, Voice, Voice];
    for (const voice of voices) voice.talk();
    await a1.hearsMore(100);
    await hush(cluster, voices);
    const kept = await cluster.stored();

    const [data, copy] = [join(restored.folder, "data"), join(restored.folder, "copy")];
    await restored.stop();
    await run("cp", ["-a", data, copy]);
    await restored.startAgain();
    for (const voice of voices) voice.talk();
    await a1.hearsMore(100);
    await a1.asks("/create Later", /Later/);
    await hush(cluster, voices);
    const lost = (await cluster.stored()).slice(kept.length);
    t.ok(lost.length > 50);
    // What the nodes know of each other's people is far ahead of what the database will know.
    for (let i = 0; i < 10; i++) {
      const guest = await cluster.voice(1, `g${i}`);
      await a1.isTold(`[*]: User g${i} joined lobby.`);
      guest.leave();
      await a1.isTold(`[*]: User g${i} left lobby.`);
    }

    await restored.stop("SIGQUIT");
    rmSync(data, { recursive: true });
    await run("cp", ["-a", copy, data]);
    await restored.startAgain();
    for (const voice of voices) {
      await voice.isTold("[*]: The database was restored: what was said last in lobby may be missing. See /history.");
    }
    a1.send("first after it");
    for (const voice of [b1, c1]) await voice.hears("[a1]: first after it");
    c1.send("second after it");
    for (const voice of [a1, b1]) await voice.hears("[c1]: second after it");
    const stored = await cluster.stored();
    t.same(
      stored.slice(kept.length).map(({ seq, body }) => [seq, body]),
      [
        [kept.length + 1, "first after it"],
        [kept.length + 2, "second after it"],
      ],
    );
    await b1.asks("/join Later", "There is no room with this name. /rooms lists the rooms.");
    const rooms = b1.told.length;
    await b1.asks("/rooms", /^Rooms/);
    t.notMatch(b1.told.slice(rooms).join("\n"), /Later/);
    await b1.asks("/users", "Online users: a1, b1, c1");
    const late = await cluster.voice(1, "late");
    await a1.isTold("[*]: User late joined lobby.");
    late.leave();
    await a1.isTold("[*]: User late left lobby.");
  });
});
