import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { kinds } from "../../src/domain/entry.ts";
import { checkAgreement, Cluster, hush } from "../support/processes/cluster.ts";
import type { Fate } from "../support/processes/database-proxy.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import type { Voice } from "../support/processes/voice.ts";

/** Three of ten are lost, three come twice, and three late; always the same ones. */
function badBus(): () => Fate {
  const fates: readonly Fate[] = ["drop", "twice", "later", "pass", "drop", "later", "twice", "drop", "later", "twice"];
  let next = 0;
  return () => fates[next++ % fates.length] ?? "pass";
}

await withParts(t, [postgresPart], "a bus that loses, repeats and delays", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  await t.test("lines come in order, once, and all, and so do whispers", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    for (const { proxy } of cluster.nodes) proxy.fate = badBus();
    const voices = await cluster.voices("a1", "b1", "c1", "a2", "b2", "c2");
    const [a1, b1] = voices as [Voice, Voice];
    await until(async () => (await cluster.namesAt(0)).length === 6, "everybody is known at the first node");
    for (const voice of voices) voice.talk();
    for (let i = 0; i < 20; i++) await a1.asks("/users", "Online users: a1, a2, b1, b2, c1, c2");
    await a1.hearsMore(200);
    await hush(cluster, voices);
    await checkAgreement(t, cluster, voices);
    for (let i = 0; i < 10; i++) a1.send(`/whisper b1 psst ${i}`);
    await b1.isTold("<<a1>>: psst 9");
    t.same(
      b1.told.filter((line) => line.startsWith("<<a1>>")),
      Array.from({ length: 10 }, (_, i) => `<<a1>>: psst ${i}`),
    );
  });

  await t.test("a kick, a ban and a destroy hold everywhere, though the bus tells of nothing", async (t) => {
    const cluster = await Cluster.start(t, postgres);
    const [a1, b1, c1, , b2, c2] = (await cluster.voices("a1", "b1", "c1", "a2", "b2", "c2")) as [
      Voice,
      Voice,
      Voice,
      Voice,
      Voice,
      Voice,
    ];
    await a1.asks("/create Planes", /Planes/);
    for (const voice of [a1, b1, c1, b2, c2])
      await voice.asks("/join Planes", `[*]: User ${voice.name} joined Planes.`);
    for (const { name } of [b1, c1, b2, c2]) await a1.isTold(`[*]: User ${name} joined Planes.`);
    for (const { proxy } of cluster.nodes) proxy.fate = () => "drop";
    b1.talk();
    await c1.hearsMore(5);

    await a1.asks("/kick b1", "User b1 was kicked from Planes.");
    await b1.isTold("You were kicked from Planes by a1.".replace(/^/, "[*]: "));
    await c1.isTold("[*]: User b1 was kicked from Planes by a1.");
    await b1.silence();
    const stored = await cluster.query(
      "select pos, kind, author from entries where body <> '' and stream_id = (select max(id) from rooms) order by pos",
    );
    const kick = stored.findIndex(({ kind }) => Number(kind) === kinds.kicked);
    t.same(stored.slice(kick + 1), [], "nothing of who was kicked is stored after it");

    await a1.asks("/ban b2", /^User b2 is banned from Planes until \/unban\./);
    await b2.isTold("[*]: You were banned from Planes by a1.");
    await b2.asks("/join Planes", "You are banned from this room. Its owner can lift that with /unban.");

    const admin = cluster.nodes[0]?.admin;
    await admin?.post("/kick", { name: "c2", reason: "enough" });
    await until(() => c2.isEnded, "the operator's kick holds");
    await admin?.post("/ban", { subject: "c2", reason: "enough", duration: null });
    await until(async () => {
      const again = await cluster.voice(2, "c2").catch(() => null);
      again?.leave();
      return again?.isEnded === true || again === null;
    }, "the operator's ban holds");

    await a1.asks("/destroy Planes", /Planes/);
    await c1.isTold(/Planes.* destroyed/);
    await c1.asks("/join Planes", "There is no room with this name. /rooms lists the rooms.");
  });
});
