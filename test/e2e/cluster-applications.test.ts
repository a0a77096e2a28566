import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { withParts } from "../../tools/parts.ts";
import type { ApplicationView } from "../../src/http/admin/applications.ts";
import { Cluster } from "../support/processes/cluster.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import type { Voice } from "../support/processes/voice.ts";

const NO_APPLICATION = "There is no application with this name, or this is not its token: /enter APP TOKEN.";

await withParts(t, [postgresPart], "an application is the same at every node", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());
  const cluster = await Cluster.start(t, postgres, { nodes: 2, args: ["--grace", "1m"] });
  const [one, two] = (await cluster.voices("one", "two")) as [Voice, Voice];
  const [first, second] = cluster.nodes;
  const change = async (what: object): Promise<ApplicationView | undefined> =>
    await first?.admin.post<ApplicationView>("/applications/celtra", what);

  /** What the other node has done is known here a moment later. */
  const soon = (voice: Voice, line: string, expected: RegExp): Promise<void> =>
    until(
      () => {
        voice.send(line);
        return voice.told.some((told) => expected.test(told));
      },
      `${voice.name} is told ${String(expected)}`,
    );

  const made = await first?.admin.post<ApplicationView>("/applications", { title: "celtra" });
  const token = made?.token ?? "";
  await one.asks(`/enter celtra ${token}`, /^Names of rooms mean those of celtra now/);
  await one.asks("/create Planes", "Room celtra/Planes created. Type /join celtra/Planes to go in.");
  await one.asks("/join Planes", "[*]: User one joined celtra/Planes.");
  await two.asks("/join celtra/planes", "There is no room with this name. /rooms lists the rooms.");
  await two.asks(`/enter celtra ${token}`, /^Names of rooms mean those of celtra now/);
  await two.asks("/rooms", "Rooms: celtra/Planes (1)");
  await two.asks("/join 1", "[*]: User two joined celtra/Planes.");
  await one.isTold("[*]: User two joined celtra/Planes.");
  one.send("hello");
  await two.hears("[one]: hello");

  await change({ active: false });
  await soon(two, "anybody?", /^This application is not active/);
  await change({ active: true });
  await change({ title: "acme" });
  await soon(two, "/where", /^You talk in acme\/Planes/);

  const again = await cluster.stranger(0);
  two.leave();
  await one.isTold("[*]: User two left acme/Planes.");
  again.send("two");
  await again.isTold(/^Names of rooms mean those of acme now/);
  await again.isTold(/^You are back in acme\/Planes/);

  const elsewhere = await cluster.voice(1, "three");
  await elsewhere.asks(`/enter acme ${token}`, /^Names of rooms mean those of acme now/);
  await elsewhere.asks("/join planes", "[*]: User three joined acme/Planes.");
  await second?.admin.post("/applications/acme/end", {});
  for (const voice of [one, again, elsewhere]) {
    await voice.isTold("[*]: The operator destroyed room acme/Planes.");
    await voice.isTold("Names of rooms mean those of main again.");
    await voice.asks(`/enter acme ${token}`, NO_APPLICATION);
  }
  t.match(await first?.admin.get("/applications"), [{ handle: "main" }]);
  await until(
    async () => (await cluster.query("select from rooms where application_id <> 0")).length === 0,
    "all that belongs to it is deleted",
  );
});
