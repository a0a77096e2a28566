import type { Client } from "pg";
import type { Nemesis, Site } from "../nemesis.ts";

const TABLES = ["nodes", "appends", "streams", "entries", "rooms", "names"];
/** PostgreSQL keeps these for superusers. */
const KEPT_CONNECTIONS = 3;

/** Faults that an administrator, another program or a setting of PostgreSQL causes. */
export const QUERIES: readonly Nemesis[] = [
  {
    name: "terminate",
    what: "`pg_terminate_backend` of one connection, again and again",
    lastsMs: [1, 10],
    restMs: [50, 500],
    strike: signalOne("pg_terminate_backend"),
  },
  {
    name: "terminate-all",
    what: "`pg_terminate_backend` of all connections at once",
    lastsMs: [1, 10],
    restMs: [1000, 4000],
    async strike({ database }) {
      await endSessions(database);
      return () => {};
    },
  },
  {
    name: "cancel",
    what: "`pg_cancel_backend` of one connection, again and again",
    lastsMs: [1, 10],
    restMs: [10, 100],
    strike: signalOne("pg_cancel_backend"),
  },
  {
    name: "lock",
    what: "an ACCESS EXCLUSIVE lock on one of six tables",
    lastsMs: [500, 7000],
    restMs: [1000, 2500],
    async strike({ database }, chance) {
      const session = await database.session();
      await session.query("begin");
      await session.query(`lock table ${chance.of(TABLES)} in access exclusive mode`);
      return () => session.end();
    },
  },
  {
    name: "commits-wait",
    what: "commits wait for a standby that is not there",
    lastsMs: [500, 7000],
    restMs: [1000, 2500],
    async strike({ database }) {
      await database.configure("synchronous_standby_names", "nobody");
      return () => database.configure("synchronous_standby_names", null);
    },
  },
  {
    name: "read-only",
    what: "the server is read-only",
    lastsMs: [500, 6000],
    restMs: [1000, 3000],
    async strike({ database }) {
      await database.configure("default_transaction_read_only", "on");
      return () => database.configure("default_transaction_read_only", null);
    },
  },
  {
    name: "no-notify",
    what: "NOTIFY is not allowed",
    lastsMs: [1000, 5000],
    restMs: [500, 1500],
    async strike({ database }) {
      await database.query("revoke execute on function pg_notify(text, text) from public");
      return async () => {
        await database.query("grant execute on function pg_notify(text, text) to public");
      };
    },
  },
  {
    name: "max-connections",
    what: "all connections of the server are taken, after all of the nodes were ended",
    lastsMs: [1000, 5000],
    restMs: [1500, 3000],
    async strike({ database }) {
      const sessions = await takeAllConnections(database);
      return async () => {
        await Promise.all(sessions.map((session) => session.end()));
      };
    },
  },
  {
    name: "password",
    what: "the password is rotated and all connections are ended; the file has it later",
    lastsMs: [500, 5000],
    restMs: [1500, 3000],
    async strike({ database }) {
      await database.changePassword();
      await endSessions(database);
      return () => database.writePassword();
    },
  },
  {
    name: "full-queue",
    what: "the queue of notifications is full (8 GiB)",
    lastsMs: [3000, 6000],
    restMs: [1000, 2000],
    times: 1,
    spoilsServer: true,
    needs: ["full-queue"],
    async strike({ fullQueue }) {
      await fullQueue?.fill();
      return () => fullQueue?.release();
    },
  },
  {
    name: "prune",
    what: "what is older than 16 s is deleted, again and again, as `--keep` does",
    lastsMs: [1, 10],
    restMs: [300, 1000],
    needs: ["audit"],
    async strike({ database }) {
      // Nobody is promised what was deleted before their node could read it: no other fault should take so long.
      await database.query("select chatd_prune_1(clock_timestamp() - interval '16 s', 0, 500)");
      return () => {};
    },
  },
  {
    name: "slow-disk",
    what: "each commit takes 20–100 ms longer",
    lastsMs: [2000, 6000],
    restMs: [500, 1500],
    async strike({ database }, chance) {
      await database.configure("commit_siblings", "0");
      await database.configure("commit_delay", String((20 + chance.below(80)) * 1000));
      return async () => {
        await database.configure("commit_delay", null);
        await database.configure("commit_siblings", null);
      };
    },
  },
];

function signalOne(call: string): Nemesis["strike"] {
  return async ({ database }, chance) => {
    const backends = await database.backends();
    if (backends.length > 0) await database.query(`select ${call}($1)`, [chance.of(backends).pid]);
    return () => {};
  };
}

async function endSessions(database: Site["database"]): Promise<void> {
  await database.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name like 'chatd %'`,
  );
}

async function takeAllConnections(database: Site["database"]): Promise<readonly Client[]> {
  const [row] = await database.query(
    `select current_setting('max_connections')::int
            - (select count(*) from pg_stat_activity where backend_type = 'client backend'
                and application_name not like 'chatd %')::int as free`,
  );
  await endSessions(database);
  const count = Math.max(0, Number(row?.["free"]) - KEPT_CONNECTIONS);
  const sessions = await Promise.allSettled(Array.from({ length: count }, () => database.nodeSession()));
  return sessions.filter((session) => session.status === "fulfilled").map(({ value }) => value);
}
