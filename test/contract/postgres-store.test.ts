import t, { type Test } from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { kinds, SERVER_STREAM } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import type { Mark } from "../../src/ports/store.ts";
import { hasOtherPast } from "../../src/streams/divergence.ts";
import { PostgresStore } from "../../src/store/postgres/postgres-store.ts";
import type { DatabaseConnection, Row } from "../../src/postgres/connection.ts";
import { withParts } from "../../tools/parts.ts";
import { aPostgresStore, postgresPart } from "../support/processes/postgres.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";
import { aDraft, startsOf, makeRoom, someDrafts } from "../support/world/drafts.ts";
import { testStore } from "./store.ts";

/** A connection whose server takes the next statement and is not heard, or does not hear of it. */
class ForgetfulConnection {
  readonly #connection: DatabaseConnection;
  losesAnswer = false;
  losesQuestion = false;

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  async query(...question: Parameters<DatabaseConnection["query"]>): Promise<readonly Row[]> {
    const { losesAnswer, losesQuestion } = this;
    this.losesAnswer = false;
    this.losesQuestion = false;
    const rows = losesQuestion ? [] : await this.#connection.query(...question);
    if (losesAnswer || losesQuestion) throw new StoreError("unavailable", "no answer");
    return rows;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

await withParts(t, [postgresPart], "PostgreSQL", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());
  const make = (t: Test) => aPostgresStore(t, postgres);
  testStore(t, make);

  t.test("bans are told to all nodes by the transaction that changes them", async (t) => {
    const { store } = await make(t);
    const kindsTold = async () =>
      (await store.entriesFrom([{ stream: SERVER_STREAM, pos: 0 }], 10)).map(({ kind }) => kind);
    await store.putBan({ subject: "troll", untilMicros: null, reason: "", author: "root", atMicros: 1 });
    t.same(await kindsTold(), [kinds.bansChanged]);
    await store.removeBan("nobody");
    t.same(await kindsTold(), [kinds.bansChanged], "where nothing changed there is nothing to tell");
    await store.removeBan("troll");
    t.same(await kindsTold(), [kinds.bansChanged, kinds.bansChanged]);
  });

  t.test("every room that a batch ends is told to all nodes", async (t) => {
    const { store } = await make(t);
    const rooms = [await makeRoom(store, "Planes"), await makeRoom(store, "Trains"), await makeRoom(store, "Ships")];
    const ends = rooms.map(({ id }) => aDraft({ stream: id, kind: kinds.destroyed, body: "" }));
    await startsOf(store, { number: 1, drafts: [aDraft({ stream: rooms[0]?.id ?? 0 }), ...ends] });
    const told = (await store.entriesFrom([{ stream: SERVER_STREAM, pos: rooms.length + 1 }], 10)).map(
      ({ pos, kind, body }) => [pos, kind, Number(body)],
    );
    t.same(
      told.map(([pos, kind]) => [pos, kind]),
      [4, 5, 6].map((pos) => [pos, kinds.roomEnded]),
    );
    t.same(new Set(told.map(([, , id]) => id)), new Set(rooms.map(({ id }) => id)));
  });

  t.test("a node of the version before appends to the same streams", async (t) => {
    const { store, query } = await make(t);
    const { id } = await makeRoom(store, "Planes");
    const old = (batch: number, kind: number, rules: number, rights: string | null) =>
      query("select * from chatd_append_1(1, $1, $2, $3, $4, $5, $6, $7, $8)", [
        batch,
        [id],
        [rules],
        [kind],
        [7],
        ["one"],
        ["9 nine"],
        rights,
      ]);
    await old(1, kinds.invited, 1, JSON.stringify({ ...NO_RIGHTS, invited: [9] }));
    const drafts = [aDraft({ stream: id, rightsVersion: 2, kind: kinds.owner, rights: { ...NO_RIGHTS, owner: 9 } })];
    t.match(await startsOf(store, { number: 2, drafts }), [{ stream: id, pos: 2, seq: 0 }]);
    t.match(await old(3, kinds.said, 3, null), [{ state: "stored" }]);
    t.match(await old(2, kinds.said, 3, null), [{ state: "repeat" }], "and knows its batches");
    t.match(await store.rooms({ ids: [id] }), [{ rightsVersion: 3, pos: 4, seq: 1, rights: { owner: 9 } }]);
  });

  t.test("an attempt that was given up and runs late takes no effect", async (t) => {
    const { query } = await make(t);
    const stateOf = async (text: string, ...values: readonly unknown[]) => (await query(text, values))[0]?.["state"];
    const create = (nr: number, name: string, token: string) =>
      stateOf(
        "select * from chatd_create_room_3(1, $1, 0, $2, $2, false, null, 'one', '{}', $3::text::bytea)",
        nr,
        name,
        token,
      );
    t.same([await create(2, "planes", "a"), await create(3, "planes", "a")], ["made", "made"], "it is tried again");
    t.equal(await create(4, "planes", "b"), "taken");
    await query("update rooms set destroyed = true", []);
    t.same([await create(1, "planes", "a"), await create(3, "planes", "a")], ["late", "late"]);
    const ban = (nr: number) => stateOf("select chatd_put_ban_2(1, $1, 'troll', null, '', 'root', 1) as state", nr);
    const unban = (nr: number) => stateOf("select chatd_remove_ban_2(1, $1, 'troll') as state", nr);
    t.same([await ban(5), await unban(6), await ban(5)], [null, null, "late"]);
    t.same(await query("select count(*)::int as n from bans", []), [{ n: 0 }]);
    const put = (nr: number, rooms: string) =>
      stateOf(
        "select * from chatd_presence_2(1, $1, 0, '{ann}', '{Ann}', '{9}', '{::1}', '{1}', array[$2::text], '{9}', array[$2::text])",
        nr,
        rooms,
      );
    t.same([await put(1, "{}"), await put(3, '{"5": 1}'), await put(2, "{}")], ["done", "done", "late"]);
    t.match(await query("select rooms from names", []), [{ rooms: { 5: 1 } }]);
    const release = (nr: number) => stateOf("select * from chatd_release_2(1, $1, 0, '{9}')", nr);
    t.same([await release(3), await release(4)], ["late", "done"]);
    t.same([await put(4, "{}"), (await query("select * from names", [])).length], ["late", 0]);
  });

  t.test(
    "whoever claims what a restore brought back under another id of their node holds it as this one",
    async (t) => {
      const { query } = await make(t);
      await query("insert into nodes (id, host, version, lease) values (2, 'here', 'test', '10s')", []);
      const claim = (node: number, rooms: string) =>
        query(
          "select held::text from chatd_presence_2($1, 1, 0, '{ann}', '{Ann}', '{9}', '{::1}', '{1}', array[$2::text], '{}', '{}')",
          [node, rooms],
        );
      t.same([await claim(1, "{}"), await claim(2, '{"5": 1}')], [[{ held: "{9}" }], [{ held: "{9}" }]]);
      await query("delete from nodes where id = 1", []);
      t.match(await query("select node_id::int, rooms from names", []), [{ node_id: 2, rooms: { 5: 1 } }]);
    },
  );

  t.test("a stream that has another entry at the node's mark, or none, takes nothing", async (t) => {
    const { store, query } = await make(t);
    const { id, atMicros } = await makeRoom(store);
    const other = await makeRoom(store, "Trains");
    const append = async (number: number, pos: number, lastMicros: number) => {
      const marks = [
        { stream: id, pos, atMicros: lastMicros },
        { stream: other.id, pos: 1, atMicros: other.atMicros },
      ];
      const drafts = [...someDrafts(id, "a"), ...someDrafts(other.id, "b")];
      return (await startsOf(store, { number, drafts, marks })).map(({ stream }) => stream);
    };
    t.same(await append(1, 1, atMicros), [id, other.id]);
    t.same(await append(2, 1, atMicros + 1), [other.id], "it is of another time");
    t.same(await append(3, 9, atMicros), [other.id], "it is not there");
    t.same(await append(4, 0, 0), [id, other.id], "nothing was delivered");
    const [end] = await store.ends([{ stream: id, pos: 3 }]);
    t.match(end, { pos: 3 });
    t.same(await append(5, 3, Number(end?.atMicros) + 1), [other.id], "its last entry is of another time");
    t.same(await append(6, 3, Number(end?.atMicros)), [id, other.id]);
    await query("delete from entries where stream_id = $1 and pos = 1", [id]);
    t.same(await append(7, 1, atMicros), [id, other.id], "it is too old to be there");
    const first = {
      number: 8,
      drafts: someDrafts(SERVER_STREAM, "a"),
      marks: [{ stream: SERVER_STREAM, pos: 0, atMicros: 0 }],
    };
    await query("delete from entries where stream_id = $1", [SERVER_STREAM]);
    t.match(await startsOf(store, first), [{ stream: SERVER_STREAM, pos: 0 }], "there never was anything");
  });

  t.test("the marks of a batch are judged as everything else that tells pasts apart", async (t) => {
    const { store, query } = await make(t);
    const { id } = await makeRoom(store);
    const marks: Mark[] = [];
    for (let pos = 0; pos <= 6; pos++)
      for (const atMicros of [0, 10, 20, 30]) marks.push({ stream: id, pos, atMicros });
    for (const [i, mark] of marks.entries()) {
      // The first entry was deleted; of the others two have the same time.
      await query("delete from entries where stream_id = $1", [id]);
      await query(
        `insert into entries (stream_id, pos, seq, at, kind, author, body)
         select $1, p, p, to_timestamp(0) + t * interval '1 microsecond', 0, 'one', 'a'
           from (values (2, 10), (3, 20), (4, 20)) v(p, t)`,
        [id],
      );
      const [head] = await store.ends([mark]);
      if (!head) throw new Error("there is no such stream");
      const taken = await startsOf(store, { number: i + 1, drafts: someDrafts(id, "b"), marks: [mark] });
      t.equal(taken.length === 0, hasOtherPast(head, mark), `${mark.atMicros} at ${mark.pos}`);
    }
  });

  t.test("a database that has a lower version of the node's people, or no such node, takes nothing", async (t) => {
    const { query } = await make(t);
    const states = async (node: number, version: number) => {
      const of = async (text: string) => (await query(text, []))[0]?.["state"];
      return [
        await of(
          `select * from chatd_append_3(${node}, 1, ${version}, '{}', '{}', '{}', '{0}', '{1}', '{32}', '{null}', '{one}', '{tea}', null)`,
        ),
        await of(
          `select * from chatd_presence_2(${node}, 1, ${version}, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')`,
        ),
        await of(`select * from chatd_release_2(${node}, 2, ${version}, '{}')`),
      ];
    };
    await query("update nodes set roster = 10", []);
    t.same(await states(1, 11), ["past", "past", "past"]);
    t.same(await states(2, 0), ["fenced", "fenced", "fenced"]);
    t.same(await query("select roster::int from nodes", []), [{ roster: 10 }]);
    t.same(await states(1, 10), ["past", "done", "done"], "a batch that was refused is refused for ever");
    t.match(await query("select * from entries where stream_id = 0", []), []);
  });

  t.test("a batch that was not answered is sent again as the node that sent it first", async (t) => {
    const { query, connections, identity } = await make(t);
    const append = new ForgetfulConnection(connections.append);
    const store = new PostgresStore({ ...connections, append }, identity);
    const { id } = await makeRoom(store);
    const batch = { number: 1, drafts: someDrafts(id, "a") };
    append.losesAnswer = true;
    await t.rejects(startsOf(store, batch), { code: "unavailable" });
    await query("insert into nodes (id, host, version, lease) values (2, 'here', 'test', '10s')", []);
    identity.become(2);
    t.match(await startsOf(store, batch), [{ stream: id, pos: 1 }]);
    t.match(await startsOf(store, { number: 2, drafts: someDrafts(id, "b") }), [{ stream: id, pos: 2 }]);
    t.match(await query("select body from entries where stream_id = $1 and pos > 1 order by pos", [id]), [
      { body: "a" },
      { body: "b" },
    ]);
  });

  t.test("a batch of before a restore stores nothing after it, whatever the version is by then", async (t) => {
    const { query, connections, identity } = await make(t);
    const append = new ForgetfulConnection(connections.append);
    const store = new PostgresStore({ ...connections, append }, identity);
    const { id } = await makeRoom(store);
    await query("update nodes set roster = 10", []);
    identity.told(identity.signature, 10);
    const batch = { number: 1, drafts: someDrafts(id, "a") };
    append.losesQuestion = true;
    await t.rejects(startsOf(store, batch), { code: "unavailable" });
    identity.wasCompared(3);
    await query("update nodes set roster = 12", []);
    identity.told(identity.signature, 12);
    await t.rejects(startsOf(store, batch), { code: "fenced" });
    t.match(await startsOf(store, { number: 2, drafts: someDrafts(id, "b") }), [{ stream: id, pos: 1 }]);
    t.match(await query("select body from entries where stream_id = $1 and pos > 1", [id]), [{ body: "b" }]);
  });

  t.test("while the clock of the server is behind, no time and no version comes again after a restore", async (t) => {
    const { store, query } = await make(t);
    const { id } = await makeRoom(store);
    await query("update entries set at = at + interval '1 hour'", []);
    await query(
      "update nodes set roster = (extract(epoch from clock_timestamp() + interval '1 hour') * 1000000)::bigint",
      [],
    );
    const steps = { atMicros: new Set<number>(), told: new Set<number>(), version: new Set<number>() };
    const versions = () => query("select before::float8, roster::float8 from chatd_release_1(1, '{}')", []);
    for (let number = 1; number <= 10; number++) {
      const [head] = await startsOf(store, { number, drafts: someDrafts(id, "a") });
      steps.atMicros.add((head?.atMicros ?? 0) - (head?.previousAtMicros ?? 0));
      await store.putBan({ subject: "troll", untilMicros: null, reason: "", author: "root", atMicros: number });
      const [last, next] = (await store.entriesFrom([{ stream: SERVER_STREAM, pos: number }], 2)).map(
        ({ atMicros }) => atMicros,
      );
      if (last && next) steps.told.add(next - last);
      const [write] = await versions();
      steps.version.add(Number(write?.["roster"]) - Number(write?.["before"]));
    }
    for (const [name, sizes] of Object.entries(steps)) {
      t.ok(sizes.size > 1, `${name}: ${[...sizes].join(", ")} µs`);
      t.ok(
        [...sizes].every((step) => step >= 1 && step <= 1000),
        `${name}: each is later, and not by much`,
      );
    }
  });

  t.test("a database that was restored gives the id of no room again", async (t) => {
    const { store, query } = await make(t);
    const lost = await makeRoom(store);
    await query("delete from rooms where id = $1", [lost.id]);
    await query("select setval(pg_get_serial_sequence('streams', 'id'), 1)", []);
    const made = await makeRoom(store);
    t.ok(made.id > lost.id, `${made.id} after ${lost.id}`);
    t.ok(Number.isSafeInteger(made.id));
  });
});
