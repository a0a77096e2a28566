import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { checkAgreement, Cluster, hush } from "../support/processes/cluster.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import type { Voice } from "../support/processes/voice.ts";

/** What PostgreSQL does not take as text, or takes as something else, and what is too much of it. */
const WRONG: readonly Buffer[] = [
  Buffer.from("a NUL \0 inside"),
  Buffer.from([0x68, 0x69, 0x20, 0xed, 0xa0, 0x80, 0x20, 0x21]),
  Buffer.from([0xff, 0xfe, 0xfd, 0xc0, 0x80]),
  Buffer.from("\u{1f469}‍\u{1f680} \u0301\u0301\u0301 ‮abc"),
  Buffer.from("\\x00 \\000 ' \" $1 {a,b} NULL"),
  Buffer.from("x".repeat(20_000)),
];

await withParts(t, [postgresPart], "input that a database does not like", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  await t.test("whatever is typed, as a line, a name, a topic or a room, poisons nothing for the others", async (t) => {
    const cluster = await Cluster.start(t, postgres, { nodes: 2, args: ["--login-tries", "0"] });
    const voices = await cluster.voices("a1", "b1", "a2", "b2");
    const [a1, b1] = voices as [Voice, Voice];
    const bad = await cluster.voice(0, "bad");
    const stranger = await cluster.stranger(1);
    for (const voice of voices) voice.talk();
    for (const bytes of WRONG) {
      for (const command of ["", "/me ", "/topic ", "/create ", "/join ", "/whisper a1 ", "/history "]) {
        bad.sendBytes(Buffer.concat([Buffer.from(command), bytes, Buffer.from("\r\n")]));
      }
      stranger.sendBytes(Buffer.concat([bytes, Buffer.from("\r\n")]));
      await a1.hearsMore(10);
    }
    bad.send("last");
    await b1.hears("[bad]: last");
    await a1.hearsMore(20);
    await hush(cluster, voices);
    const refused = voices.flatMap((voice) => voice.refused);
    t.same(refused, [], "nobody else's line is refused");
    await checkAgreement(t, cluster, voices);
  });
});
