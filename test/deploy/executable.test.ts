import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { promisify } from "node:util";
import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import { currentBuild, ROOT } from "../../deploy/bundle.ts";
import { makeExecutable, ownArchitecture } from "../../deploy/executable.ts";
import { partsListName, releaseFiles } from "../../deploy/release-files.ts";
import { certify } from "../../tools/certificate.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { anExecutable, executablePart, runAlone } from "../support/machines/executable.ts";
import { program, runs, withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { copySource } from "../support/machines/source-copy.ts";

const run = promisify(execFile);
const PLACE = ["--host", "127.0.0.1", "--port", "0", "--ops-port", "0", "--http-port", "off"];

await withParts(
  t,
  [executablePart, program("openssl")],
  "the file alone is a chat server that keeps what was said",
  async (t) => {
    const folder = aFolder(t);
    copyFileSync(await anExecutable(t), join(folder, "chatd"));
    const build = currentBuild();

    await t.test("it tells its version, commit and Node", async (t) => {
      const chatd = runAlone(t, "./chatd", ["--version"], folder);
      t.equal(await chatd.exited(), 0);
      t.equal(chatd.stdout, `chatd ${build.version} (commit ${build.commit}, Node ${process.version})\n`);
    });

    await t.test("it has its history after a restart, and writes only into its data directory", async (t) => {
      const first = runAlone(t, "./chatd", PLACE, folder);
      const one = await Client.login(t, await first.listening(), "one");
      await one.ask("hello there");
      t.equal(await first.end("SIGTERM"), 0);
      t.same(readdirSync(folder).toSorted(), ["chatd", "data"]);

      const second = runAlone(t, "./chatd", PLACE, folder);
      const two = await Client.login(t, await second.listening(), "two");
      t.match((await two.ask("/history")).at(-1), /^1 \d\d:\d\d \[one\]: hello there$/);
      t.match(second.stderr, `"version":"${build.version}"`, "the log is JSON");
      t.equal(await second.end("SIGKILL"), null);
    });

    await t.test("the operator's commands, metrics and TLS work in it", async (t) => {
      const { cert, key } = certify(aFolder(t), "chat");
      const tls = ["--tls-port", "0", "--tls-cert", cert, "--tls-key", key];
      const chatd = runAlone(t, "./chatd", [...PLACE, ...tls], folder);
      await Client.login(t, await chatd.listening(), "one");
      await chatd.logged(/"msg":"Started"/);
      const users = runAlone(t, "./chatd", ["admin", "users"], folder);
      t.equal(await users.exited(), 0);
      t.match(users.stdout, /^one +127\.0\.0\.1/m);
      const stats = runAlone(t, "./chatd", ["admin", "--json", "stats"], folder);
      await stats.exited();
      t.match(JSON.parse(stats.stdout), { version: build.version });
      const backup = runAlone(t, "./chatd", ["admin", "backup", "copy.db"], folder);
      t.equal(await backup.exited(), 0, backup.stderr);
      t.ok(readdirSync(folder).includes("copy.db"));
      const [, tlsPort] = /"tlsPort":(\d+)/.exec(chatd.stderr) ?? [];
      const [, opsPort] = /"opsPort":(\d+)/.exec(chatd.stderr) ?? [];
      t.match(await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text(), "chatd_sessions 1");
      const secure = connect({ host: "127.0.0.1", port: Number(tlsPort), ca: readFileSync(cert) });
      t.teardown(() => secure.destroy());
      await new Client(secure).logIn("two");
      t.equal(await chatd.end("SIGTERM"), 0);
    });
  },
);

await withParts(t, [executablePart, postgresPart], "the file alone shares a PostgreSQL", async (t) => {
  const file = await anExecutable(t);
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());
  const { password, href } = new URL(await postgres.database());
  const database = ["--database", href.replace(`:${password}@`, "@")];
  const secret = ["--database-password-command", `printf '{"password":"%s"}' '${decodeURIComponent(password)}'`];
  const start = (): Promise<number> => runAlone(t, file, [...PLACE, ...database, ...secret], aFolder(t)).listening();
  const [one, two] = [await Client.login(t, await start(), "one"), await Client.login(t, await start(), "two")];
  await one.expect("[*]: User two joined lobby.");
  one.send("hello");
  await two.expect("[one]: hello");
});

const packagePrograms = ["sha256sum", "dpkg-deb", "tar"].map(program);

await withParts(t, [executablePart, ...packagePrograms], "npm run package leaves what a release has", async (t) => {
  const [folder, copy] = [aFolder(t), join(aFolder(t), "a", "copy", "in", "a", "longer", "path")];
  mkdirSync(copy, { recursive: true });
  copySource(copy);
  const elsewhere = aFolder(t);
  await Promise.all([
    npmRunPackage(ROOT, folder),
    npmRunPackage(copy, elsewhere, "077", { TMPDIR: aFolder(t), TZ: "Pacific/Auckland", HOME: aFolder(t) }),
  ]);
  const { version } = currentBuild();
  const files = releaseFiles(version, [ownArchitecture()]);

  await t.test("its checksums are those of all other files", async (t) => {
    t.same(readdirSync(folder).toSorted(), ["SHA256SUMS", ...files]);
    const checked = execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: folder, encoding: "utf8" });
    t.same(
      checked.trim().split("\n"),
      files.map((file) => `${file}: OK`),
    );
  });

  await t.test("a copy of the repository in another folder makes the same files, byte by byte", async (t) => {
    const sums = (path: string): string[] => readFileSync(join(path, "SHA256SUMS"), "utf8").trim().split("\n");
    t.same(sums(elsewhere), sums(folder));
  });

  await t.test("the parts list has what is in it, and nothing that only made or tested it", async (t) => {
    const { components } = JSON.parse(readFileSync(join(folder, partsListName(version)), "utf8")) as {
      readonly components: readonly { readonly name: string }[];
    };
    const names = components.map(({ name }) => name);
    t.same(
      ["pg", "fastify", "zod", "node", "tap", "esbuild"].map((name) => names.includes(name)),
      [true, true, true, true, false, false],
    );
  });
});

/** Makes the files of this kind of machine of the repository in `source`, under that umask. */
async function npmRunPackage(source: string, out: string, umask = "022", env: NodeJS.ProcessEnv = {}): Promise<void> {
  const script = join(source, "deploy/package.ts");
  const command = [process.execPath, script, "--arch", ownArchitecture(), "--out", out];
  await run("sh", ["-c", `umask ${umask}; exec "$@"`, "sh", ...command], { env: { ...process.env, ...env } });
}

/** Runs programs for other kinds of machines; its libraries come with Debian's cross compilers. */
const ARM64 = {
  name: "qemu-aarch64-static",
  isHere: () =>
    program("qemu-aarch64-static").isHere() && runs("test", ["-e", "/usr/aarch64-linux-gnu/lib/libstdc++.so.6"]),
};

await withParts(t, [executablePart, ARM64], "the file for arm64 is made here, too, and runs", async (t) => {
  if (ownArchitecture() === "arm64") return;
  const folder = aFolder(t);
  const file = join(folder, "chatd");
  await makeExecutable("arm64", file);
  const args = ["-L", "/usr/aarch64-linux-gnu", file, ...PLACE];
  const chatd = runAlone(t, "qemu-aarch64-static", args, folder, process.env["PATH"]);
  const one = await Client.login(t, await chatd.listening(), "one");
  await one.ask("hello");
  t.match((await one.ask("/history")).at(-1), /^1 \d\d:\d\d \[one\]: hello$/, "its threads work, too");
  t.equal(await chatd.end("SIGINT"), 0);
});
