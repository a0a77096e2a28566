import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parsePostgresUrl } from "../../src/postgres/login.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aLogin } from "../support/processes/login.ts";

const URL = "postgres://chatd:from%20url@db.example:5433/planes";

t.test("a URL says where the database is, and who comes", async (t) => {
  t.same(parsePostgresUrl("postgres://chatd@localhost/planes?host=/run/postgresql"), {
    host: "/run/postgresql",
    port: 5432,
    user: "chatd",
    password: null,
    database: "planes",
    tls: null,
  });
  t.match(parsePostgresUrl("postgres://chatd@db/planes?sslmode=disable"), { tls: false });
});

t.test("what is shown of it names no password", async (t) => {
  t.equal(aLogin(URL).shown, "postgres://chatd@db.example:5433/planes");
  t.equal(aLogin("postgres://chatd:x@[::1]/planes").shown, "postgres://chatd@[::1]:5432/planes");
});

t.test("the password is the URL's, or the file's as it is now", async (t) => {
  t.match(await aLogin(URL).options(), { password: "from url", host: "db.example", port: 5433, ssl: false });
  const passwordFile = join(aFolder(t), "password");
  const login = aLogin(URL, { passwordFile });
  await t.rejects(login.options(), { code: "unavailable", message: /^read --database-password-file: ENOENT/ });
  for (const password of ["first", "second"]) {
    writeFileSync(passwordFile, `${password}\n`);
    t.equal((await login.options()).password, password);
  }
});

t.test("what a command answered holds until the database does not take it", async (t) => {
  const file = join(aFolder(t), "count");
  writeFileSync(file, "");
  const login = aLogin(URL, { passwordCommand: `echo x >> '${file}'; wc -l < '${file}' | tr -d ' '` });
  t.equal((await login.options()).password, "1");
  t.equal((await login.options()).password, "1");
  login.failed(new Error("away"));
  t.equal((await login.options()).password, "1", "the network says nothing about the password");
  login.failed(Object.assign(new Error("wrong"), { code: "28P01" }));
  t.equal((await login.options()).password, "2");
});

t.test("a secret as AWS keeps it holds the password, and anything else is one", async (t) => {
  const passwordFile = join(aFolder(t), "secret");
  const login = aLogin(URL, { passwordFile });
  for (const [secret, password] of [
    ['{"username":"chatd","password":"from {the} manager"}\n', "from {the} manager"],
    ['{"password":1}', '{"password":1}'],
    ["{odd", "{odd"],
    ["123456", "123456"],
    ["null", "null"],
  ] as const) {
    writeFileSync(passwordFile, secret);
    t.equal((await login.options()).password, password);
  }
});

t.test("a command that fails is named by how it ended, without what it said", async (t) => {
  const login = aLogin(URL, { passwordCommand: "echo secret; echo secret >&2; exit 3" });
  const error: unknown = await login.options().catch((reason: unknown) => reason);
  t.match(error, { code: "unavailable", message: "run --database-password-command: it ended with 3" });
  t.notMatch(String(error), "secret");
  t.notOk(error instanceof Error && error.cause);
});

t.test("with an authority or where the URL says so, it is TLS, and the name is checked", async (t) => {
  const caFile = join(aFolder(t), "ca.pem");
  writeFileSync(caFile, "an authority");
  t.match(await aLogin(URL, { caFile }).options(), { ssl: { rejectUnauthorized: true, ca: "an authority" } });
  t.match(await aLogin(`${URL}?sslmode=require`).options(), { ssl: { rejectUnauthorized: true } });
  t.equal((await aLogin(`${URL}?sslmode=disable`, { caFile }).options()).ssl, false);
  await t.rejects(aLogin(URL, { caFile: `${caFile}.none` }).options(), { message: /^read --database-ca: ENOENT/ });
});
