import t from "tap";
import { Postgres } from "../../demo/postgres.ts";
import { kinds, SERVER_STREAM } from "../../src/chat/entry.ts";
import { migrate } from "../../src/postgres/schema.ts";
import { PostgresStore } from "../../src/store/postgres/postgres-store.ts";
import { Connection } from "../../src/postgres/connection.ts";
import { systemClock } from "../../src/system-clock.ts";
import { aLogin } from "../support/login.ts";
import { withParts } from "../support/parts.ts";
import { postgresPart } from "../support/postgres.ts";
import { type MakeStore, testStore } from "./store.ts";

await withParts(t, [postgresPart], "PostgreSQL", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());
  const make: MakeStore = async (t) => {
    const url = await postgres.database();
    const name = new URL(url).pathname.slice(1);
    const login = aLogin(url);
    const connect = (purpose: string) => new Connection(login, systemClock, { purpose, deadlineMs: 5000 });
    const connections = { append: connect("append"), history: connect("history"), rooms: connect("rooms") };
    await migrate(connections.rooms, login.shown);
    await connections.rooms.query(
      null,
      "insert into nodes (id, host, version, lease) values (1, 'here', 'test', '10s')",
    );
    const store = new PostgresStore(connections, { id: 1, isFenced: () => t.fail("it is alive") });
    t.teardown(() => store.close());
    return {
      store,
      async ahead(micros, stream, append) {
        await postgres.query(name, "update entries set at = at + $1 * interval '1 microsecond' where stream_id = $2", [
          micros,
          stream,
        ]);
        await append();
      },
    };
  };
  testStore(t, make);

  t.test("bans are told to all nodes by the transaction that changes them", async (t) => {
    const { store } = await make(t);
    const kindsTold = async () =>
      (await store.entriesAfter([{ stream: SERVER_STREAM, pos: 0 }], 10)).map(({ kind }) => kind);
    await store.putBan({ subject: "troll", until: null, reason: "", author: "root", at: 1 });
    t.same(await kindsTold(), [kinds.bansChanged]);
    await store.removeBan("nobody");
    t.same(await kindsTold(), [kinds.bansChanged], "where nothing changed there is nothing to tell");
    await store.removeBan("troll");
    t.same(await kindsTold(), [kinds.bansChanged, kinds.bansChanged]);
  });
});
