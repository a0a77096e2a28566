import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { DatabaseConnection, type ConnectionOptions } from "../../src/postgres/connection.ts";
import { systemClock } from "../../src/daemon/system-clock.ts";
import { certify } from "../../tools/certificate.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { DatabaseProxy } from "../support/processes/database-proxy.ts";
import { aLogin } from "../support/processes/login.ts";
import { program, withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import type { LoginFiles } from "../../src/postgres/login.ts";

/** A connection that is closed when the test ends. */
function connect(
  t: Test,
  url: string,
  options: Partial<ConnectionOptions> = {},
  files: Partial<LoginFiles> = {},
): DatabaseConnection {
  const connection = new DatabaseConnection(aLogin(url, files), systemClock, {
    purpose: "test",
    deadlineMs: 2000,
    ...options,
  });
  t.teardown(() => connection.close());
  return connection;
}

await withParts(t, [postgresPart, program("openssl")], "a connection to PostgreSQL", async (t) => {
  const certificate = certify(aFolder(t), "db");
  const postgres = await Postgres.start(certificate);
  t.teardown(() => postgres.remove());

  t.test("comes back by itself, and says what it tried", async (t) => {
    const url = await postgres.database();
    const connection = connect(t, url);
    const [row] = await connection.query("pid", "select pg_backend_pid() as pid, 2::bigint ^ 2 as four");
    t.match(row, { pid: Number });
    await postgres.query("postgres", "select pg_terminate_backend($1)", [row?.["pid"]]);
    await until(async () => {
      const [again] = await connection.query("pid", "select pg_backend_pid() as pid").catch(() => []);
      return again !== undefined && again["pid"] !== row?.["pid"];
    }, "it is another one");
    await t.rejects(connection.query(null, "select nothing_there"), {
      code: "broken",
      message: /^ask postgres:\/\/chatd@.* \(test\): column/,
    });
    await t.rejects(connection.query(null, "select 1 / 0"), { code: "bad-input" });
    await connection.close();
    await t.rejects(connection.query(null, "select 1"), { code: "unreached", message: /: it was closed$/ });
  });

  t.test("is given up when it is lost between login and the first answers, and made again", async (t) => {
    const url = await postgres.database();
    let isLost = true;
    const onConnect = (): Promise<void> => (isLost ? new Promise<void>(() => {}) : Promise.resolve());
    const connection = connect(t, url, { deadlineMs: 300, onConnect });
    await t.rejects(connection.query(null, "select 1"), {
      code: "unreached",
      message: /\(test\): not within 300 ms$/,
    });
    isLost = false;
    await until(async () => (await connection.query(null, "select 1").catch(() => [])).length === 1, "it is back");
  });

  t.test("a password that cannot be had is asked for again", async (t) => {
    const file = join(aFolder(t), "password");
    const connection = connect(t, await postgres.database(), {}, { passwordFile: file });
    await t.rejects(connection.query(null, "select 1"), {
      code: "unreached",
      message: /read --database-password-file/,
    });
    writeFileSync(file, "not secret");
    await until(async () => (await connection.query(null, "select 1").catch(() => [])).length === 1, "it is back");
  });

  t.test("gives a statement up in time, also where the server never answers", async (t) => {
    const url = await postgres.database();
    const slow = connect(t, url, { deadlineMs: 100 });
    await t.rejects(slow.query(null, "select pg_sleep(10)"), { code: "unavailable", message: /statement timeout/ });
    const proxy = await DatabaseProxy.start(t, postgres.port);
    const silent = connect(t, postgres.url(new URL(url).pathname.slice(1), proxy.port), { deadlineMs: 300 });
    await silent.query(null, "select 1");
    proxy.cut();
    await t.rejects(silent.query(null, "select 1"), { code: "unavailable", message: /no answer within 450 ms$/ });
    await t.rejects(silent.query(null, "select 1"), { code: "unreached", message: /^connect to postgres:/ });
    proxy.heal();
    await until(async () => (await silent.query(null, "select 1").catch(() => [])).length === 1, "it is back");
  });

  t.test("leaves a server alone for a moment that cannot be reached", async (t) => {
    const url = await postgres.database();
    const proxy = await DatabaseProxy.start(t, 1);
    const connection = connect(t, postgres.url(new URL(url).pathname.slice(1), proxy.port));
    const errors = await Promise.all(
      Array.from({ length: 5 }, () => connection.query(null, "select 1").catch((error: unknown) => error)),
    );
    t.equal(new Set(errors).size, 1, "one attempt for all");
    t.equal(
      await connection.query(null, "select 1").catch((error: unknown) => error),
      errors[0],
      "and for who comes soon",
    );
  });

  t.test("refuses what may lose lines, or takes none", async (t) => {
    const url = await postgres.database();
    const name = new URL(url).pathname.slice(1);
    await postgres.query(name, `alter database ${name} set default_transaction_read_only = on`);
    await t.rejects(connect(t, url).query(null, "select 1"), {
      code: "unreached",
      message: /: this database is read-only: name one that can be written to$/,
    });
    await postgres.query(
      name,
      `set transaction read write; alter database ${name} reset default_transaction_read_only`,
    );
    await postgres.query(name, `alter database ${name} set synchronous_commit = off`);
    const [row] = await connect(t, url).query(null, "show synchronous_commit");
    t.same(row, { synchronous_commit: "on" }, "that is set right");
    await postgres.query(name, "alter system set fsync = off");
    await postgres.query(name, "select pg_reload_conf()");
    await until(async () => (await postgres.query(name, "show fsync"))[0]?.["fsync"] === "off", "it is off");
    await t.rejects(connect(t, url).query(null, "select 1"), {
      message: /: fsync is off: a crash could lose what was said$/,
    });
    await postgres.query(name, "alter system reset fsync");
    await postgres.query(name, "select pg_reload_conf()");
    await until(async () => (await postgres.query(name, "show fsync"))[0]?.["fsync"] === "on", "it is on");
  });

  t.test("asks for the password again when it has changed", async (t) => {
    const url = await postgres.database();
    const name = new URL(url).pathname.slice(1);
    await postgres.query(name, "create role rotating login password 'first'");
    const password = join(aFolder(t), "password");
    writeFileSync(password, "first");
    const rotating = url.replace(/chatd:[^@]*@/, "rotating@");
    const connection = connect(t, rotating, {}, { passwordCommand: `cat '${password}'` });
    t.match(await connection.query(null, "select current_user as who"), [{ who: "rotating" }]);
    await postgres.query(name, "alter role rotating password 'second'");
    writeFileSync(password, "second");
    await postgres.query(name, "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rotating'");
    await until(async () => (await connection.query(null, "select 1").catch(() => [])).length === 1, "it is back");
  });

  t.test("talks TLS to a server that its authority vouches for, and to no other", async (t) => {
    const url = await postgres.database();
    const trusting = connect(t, url, {}, { caFile: certificate.cert });
    t.match(await trusting.query(null, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"), [{ ssl: true }]);
    const plain = connect(t, url);
    t.match(await plain.query(null, "select ssl from pg_stat_ssl where pid = pg_backend_pid()"), [{ ssl: false }]);
    await t.rejects(connect(t, `${url}?sslmode=verify-full`).query(null, "select 1"), { message: /certificate/i });
    const other = certify(aFolder(t), "db");
    await t.rejects(connect(t, url, {}, { caFile: other.cert }).query(null, "select 1"), { message: /certificate/i });
  });
});
