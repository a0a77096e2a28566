import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import type { Mark } from "../../src/ports/store.ts";
import { aDraft, startsOf, makeRoom } from "../support/world/drafts.ts";
import { withParts } from "../../tools/parts.ts";
import { aPostgresStore, postgresPart } from "../support/processes/postgres.ts";

type Stored = Awaited<ReturnType<typeof aPostgresStore>>;

/** How many rows of a table were read until now, through indexes or one after the other. */
async function rowsRead({ connections, query }: Stored, table: string): Promise<number> {
  await connections.append.query(null, "select pg_stat_force_next_flush()");
  const [row = {}] = await query(
    `select (select sum(idx_tup_read) from pg_stat_user_indexes where relname = $1)::int
          + (select seq_tup_read from pg_stat_user_tables where relname = $1)::int as read`,
    [table],
  );
  return Number(row["read"]);
}

await withParts(t, [postgresPart], "functions of the database", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  t.test("an append reads one entry of each of its streams, however many they hold", async (t) => {
    const stored = await aPostgresStore(t, postgres);
    const { store } = stored;
    const rooms = await Promise.all(
      ["Planes", "Trains", "Ships", "Bikes", "Cars"].map((name) => makeRoom(store, name)),
    );
    const drafts = rooms.map(({ id }) => aDraft({ stream: id }));
    const read = () => rowsRead(stored, "entries");
    const batches = 100;
    let marks: Mark[] = rooms.map(({ id, pos, atMicros }) => ({ stream: id, pos, atMicros }));
    const first = marks;
    let number = 0;
    const append = async () => {
      const heads = await startsOf(store, { number: (number += 1), drafts, marks });
      t.equal(heads.length, rooms.length);
      return heads;
    };
    const begin = await read();
    while (number < batches) {
      marks = (await append()).map(({ stream, pos, atMicros }) => ({ stream, pos: pos + 1, atMicros }));
    }
    const middle = await read();
    t.equal(middle - begin, batches * rooms.length, "where their marks are the ends");
    marks = first;
    while (number < 2 * batches) await append();
    t.equal((await read()) - middle, 2 * batches * rooms.length, "and one more where others have spoken since");
  });

  t.test("who comes, moves or goes is looked up, however many there are", async (t) => {
    const stored = await aPostgresStore(t, postgres);
    const { query, connections } = stored;
    const call = (nr: number, claimed: readonly number[], moved: readonly number[]) =>
      connections.append.query(
        "presence",
        "select * from chatd_presence_4(1, $1, 0, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $10, '{}', $11)",
        [
          nr,
          claimed.map((id) => `k${id}`),
          claimed,
          claimed.map(() => "::1"),
          claimed.map(() => 1),
          claimed.map(() => "{}"),
          moved,
          moved.map(() => "{}"),
          claimed.map(() => null),
          moved.map(() => null),
          claimed.map(() => "[0]"),
        ],
      );
    const release = (nr: number, session: number) =>
      connections.append.query("release", "select * from chatd_release_3(1, $1, 0, $2)", [nr, [session]]);
    for (let nr = 1; nr <= 8; nr++) {
      await call(2 * nr, [nr], [nr]);
      await release(2 * nr + 1, nr);
    }
    await query("alter table names set (autovacuum_enabled = off)", []);
    await query("insert into names select 'k'||i, 'K'||i, i, 1, '::1', 1, '{}' from generate_series(9, 2000) i", []);
    const read = () => rowsRead(stored, "names");
    const before = await read();
    t.match(await call(100, [2001], [100]), [{ state: "done", held: [2001] }]);
    t.match(await release(101, 200), [{ state: "done" }]);
    const rows = (await read()) - before;
    t.ok(rows > 0 && rows < 30, `${rows} rows`);
  });

  t.test("who is refused a name hears when its holder's node renewed its lease", async (t) => {
    const { query, connections } = await aPostgresStore(t, postgres);
    await query("insert into nodes (id, host, version, lease) values (2, 'here', 'test', '10s')", []);
    const claim = async (node: number, nr: number, keys: string, sessions: string) => {
      const nothing = sessions.replaceAll(/\d+/g, "1");
      const [row] = await connections.append.query(
        null,
        `select * from chatd_presence_2($1, $2, 0, $3, $3, $4, $6, $5, $6, '{}', '{}')`,
        [node, nr, keys, sessions, nothing, nothing.replaceAll("1", '"{}"')],
      );
      return row;
    };
    t.match(await claim(1, 1, "{ann,ben}", "{9,8}"), { held: [9, 8], refused: null });
    const [{ at } = {}] = await connections.rooms.query(
      null,
      "select (extract(epoch from renewed_at) * 1000000)::bigint as at from nodes where id = 1",
    );
    const row = await claim(2, 1, "{ann,cid,cid}", "{7,6,5}");
    t.match(row, { held: [6], refused: [7, 5] });
    t.equal((row?.["renewed"] as readonly number[] | undefined)?.[0], at);
  });
});
