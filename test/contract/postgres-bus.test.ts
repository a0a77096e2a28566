import { randomUUID } from "node:crypto";
import t, { type Test } from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { PostgresBus } from "../../src/bus/postgres.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { aLogin } from "../support/processes/login.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import { testBus } from "./bus.ts";

await withParts(t, [postgresPart], "LISTEN and NOTIFY", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());
  const url = await postgres.database();
  const name = new URL(url).pathname.slice(1);
  const failures: unknown[] = [];
  let misunderstood = 0;

  const join = async (t: Test, cluster: string, node: number): Promise<PostgresBus> => {
    const bus = new PostgresBus(aLogin(url), systemClock, {
      cluster,
      heartbeatMs: 100,
      node: () => node,
      misunderstood: () => (misunderstood += 1),
      failed: (error) => failures.push(error),
    });
    await bus.start();
    t.teardown(() => bus.close());
    return bus;
  };

  testBus(t, async (t) => {
    const cluster = randomUUID();
    return { one: await join(t, cluster, 1), two: await join(t, cluster, 2) };
  });

  t.test("clusters do not hear each other, and what is not understood is counted", async (t) => {
    const cluster = randomUUID();
    const [one, two] = [await join(t, cluster, 1), await join(t, randomUUID(), 2)];
    const heard: unknown[] = [];
    for (const bus of [one, two]) bus.listen({ heard: (news) => heard.push(news), mayHaveMissed: () => {} });
    const channel = `chatd_${cluster.replaceAll("-", "")}`;
    const before = misunderstood;
    for (const message of ["", "hello", '2:9:{"t":"l","s":1}', '1:9:{"t":"?"}', "1:9:{", '1:9:{"t":"l","s":-1}']) {
      await postgres.query(name, "select pg_notify($1, $2)", [channel, message]);
    }
    await until(() => misunderstood === before + 6, "all six are counted");
    await postgres.query(name, "select pg_notify($1, $2)", [channel, '1:9:{"t":"l","s":1}']);
    await until(() => heard.length === 1, "the one that is understood is heard");
  });

  t.test("entries that are too big for the bus are looked for in the store", async (t) => {
    const cluster = randomUUID();
    const [one, two] = [await join(t, cluster, 1), await join(t, cluster, 2)];
    const heard: unknown[] = [];
    two.listen({ heard: (news) => heard.push(news), mayHaveMissed: () => {} });
    const entry = { stream: 3, seq: 2, kind: 0, authorId: 5, author: "one", ref: null };
    const bodies = ["a".repeat(4000), "b".repeat(4000), "c".repeat(9000)];
    const entries = bodies.map((body, i) => ({ ...entry, pos: i + 2, atMicros: i + 20, body }));
    one.publish({ type: "entries", stream: 3, previousAtMicros: 9, entries });
    await until(() => heard.length === 3, "it has come in parts");
    t.match(heard, [
      { previousAtMicros: 9, entries: [{ pos: 2, body: bodies[0] }] },
      { previousAtMicros: 20, entries: [{ pos: 3, body: bodies[1] }] },
      { type: "changed", stream: 3 },
    ]);
  });

  t.test("a listener that is cut off listens again, and doubts", async (t) => {
    const cluster = randomUUID();
    const [one, two] = [await join(t, cluster, 1), await join(t, cluster, 2)];
    let doubts = 0;
    const heard: unknown[] = [];
    two.listen({ heard: (news) => heard.push(news), mayHaveMissed: () => (doubts += 1) });
    await postgres.query(
      name,
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'chatd listen'",
      [name],
    );
    await until(() => doubts > 0, "it doubts");
    one.publish({ type: "changed", stream: 1 });
    await until(() => heard.length > 0, "it hears again");
    await postgres.query(
      name,
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'chatd notify'",
      [name],
    );
    await until(() => {
      one.publish({ type: "changed", stream: 2 });
      return heard.length > 1;
    }, "it tells again");
  });
});
