import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { readApiKeys } from "../../src/config/api-keys.ts";
import { preflight, reloadFaults } from "../../src/config/preflight.ts";
import type { SettingError } from "../../src/config/setting-error.ts";
import { certify } from "../../tools/certificate.ts";
import { program, withParts } from "../../tools/parts.ts";
import { aConfig, aFolder, type Flags } from "../support/sockets/daemon.ts";

function told(faults: readonly SettingError[]): string[] {
  return faults.map(({ setting, message }) => `${setting}: ${message}`);
}

/** What is wrong with what these settings name, for a check that leaves nothing behind. */
async function faultsOf(flags: Flags): Promise<string[]> {
  return told(await preflight(aConfig(flags), { mayLeave: false }));
}

/** A file with this text, in a folder of its own. */
function aFile(t: Test, text = ""): string {
  const path = join(aFolder(t), "file");
  writeFileSync(path, text);
  return path;
}

const NO_FILE = "there is no such file. Make it, or name another one.";
const NO_CERTIFICATE = "there is no certificate in this file. It has to be PEM, with -----BEGIN CERTIFICATE-----.";
const NO_KEY = "there is no private key in this file. It has to be PEM, without a passphrase.";

t.test("settings that name nothing have no fault", async (t) => {
  t.same(await faultsOf({}), []);
});

t.test("every file that is not there is told under its setting, all at once", async (t) => {
  const missing = join(aFolder(t), "missing");
  const names = ["welcome", "tlsCert", "tlsKey", "apiKeyFile", "databasePasswordFile", "databaseCa"];
  t.same(
    await faultsOf(Object.fromEntries(names.map((name) => [name, missing]))),
    names.map((name) => `${name}: ${NO_FILE}`),
  );
  t.same(await faultsOf({ welcome: join(aFile(t), "welcome.txt") }), [`welcome: ${NO_FILE}`], "below a file");
});

t.test("a file of keys has at least one, and what is no key is told by its line", async (t) => {
  const badLine = aFile(t, "\nfirst\nnot a key\n");
  t.same(await faultsOf({ apiKeyFile: aFile(t, "\n \n") }), [
    "apiKeyFile: there is no key in this file. Write each on a line of its own.",
  ]);
  t.same(await faultsOf({ apiKeyFile: badLine }), [
    "apiKeyFile: line 3: a key may have letters, digits and -._~+/ alone. Try: openssl rand -hex 24",
  ]);
  const good = aFile(t, "first\r\n\n  second\n");
  t.same(await faultsOf({ apiKeyFile: good }), []);
  t.same(readApiKeys(good), ["first", "second"]);
});

t.test("a host for HTTP is looked up where HTTP is on", async (t) => {
  const httpHost = ["127.0.0.1", "nohost.invalid"];
  const more = { httpHost, apiKey: ["k"] };
  t.match(await faultsOf({ ...more, httpPort: "0" }), [/^httpHost: no address is known for nohost\.invalid/]);
  t.same(await faultsOf({ ...more, httpPort: "off" }), []);
});

t.test("a folder in the place of a file is told", async (t) => {
  const folder = aFolder(t);
  t.same(await faultsOf({ welcome: folder, logFile: folder, database: `sqlite:${folder}` }), [
    `welcome: ${folder} is a folder. Name a file.`,
    `database: ${folder} is a folder. Name a file.`,
    `logFile: ${folder} is a folder. Name a file.`,
  ]);
});

t.test("a welcome text that is too long, no UTF-8, or no file is told, also at a reload", async (t) => {
  const sentence = "welcome: this is no text in UTF-8 of up to 64 KiB. Name another file.";
  const long = aFile(t, "é".repeat(32 * 1024));
  const bytes = aFile(t);
  writeFileSync(bytes, Buffer.from([0x68, 0xe9]));
  t.same(await faultsOf({ welcome: long }), []);
  writeFileSync(long, "é".repeat(32 * 1024) + "x");
  for (const welcome of [long, bytes, "/dev/zero"]) {
    t.same(await faultsOf({ welcome }), [sentence], welcome);
    t.same(told(reloadFaults(aConfig({ welcome }))), [sentence], welcome);
  }
});

t.test("what is no certificate and no key is told", async (t) => {
  const file = aFile(t, "Dear diary");
  const damaged = aFile(t, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  t.same(await faultsOf({ tlsCert: file, tlsKey: file, databaseCa: damaged }), [
    `tlsCert: ${NO_CERTIFICATE}`,
    `tlsKey: ${NO_KEY}`,
    `databaseCa: ${NO_CERTIFICATE}`,
  ]);
});

await withParts(t, [program("openssl")], "a certificate and its key are good, and another's key is told", async (t) => {
  const { cert, key } = certify(aFolder(t), "first");
  const other = certify(aFolder(t), "other");
  t.same(await faultsOf({ tlsCert: cert, tlsKey: key, databaseCa: cert }), []);
  t.same(await faultsOf({ tlsCert: cert, tlsKey: other.key }), [
    `tlsKey: it is not the key of ${cert}. Give the two that belong together.`,
  ]);
});

t.test("a folder that can be made is good, and is left only where it may be", async (t) => {
  const dataDir = join(aFolder(t), "made", "by", "chatd");
  const logFile = join(aFolder(t), "logs", "chatd.log");
  const config = aConfig({ dataDir, logFile, adminSocket: join(dataDir, "admin.sock") });
  t.same(await preflight(config, { mayLeave: false }), []);
  t.notOk(existsSync(join(dataDir, "../..")) || existsSync(join(logFile, "..")), "nothing is left");
  t.same(await preflight(config, { mayLeave: true }), []);
  t.ok(existsSync(dataDir) && existsSync(join(logFile, "..")));
  t.notOk(existsSync(logFile), "the log's own file is the log's");
});

t.test("a folder that cannot be made is told once under the setting that needs it", async (t) => {
  const file = aFile(t);
  const place = (folder: string): string =>
    `the folder ${folder} cannot be made: a file is in its place. Choose another one.`;
  const { database: _, adminSocket: __, ...config } = aConfig({ dataDir: file });
  const own = { ...config, database: null, adminSocket: null };
  t.same(told(await preflight(own, { mayLeave: true })), [`dataDir: ${place(file)}`]);
  const below = join(file, "below");
  const flags = { database: `sqlite:${below}/chatd.db`, adminSocket: `${below}/admin.sock`, logFile: `${below}/log` };
  t.same(await faultsOf(flags), [
    `database: ${place(below)}`,
    `adminSocket: ${place(below)}`,
    `logFile: ${place(below)}`,
  ]);
  t.same(await faultsOf({ dataDir: file }), [], "nothing is kept in it");
});

t.test("a folder that takes no others ends the search", async (t) => {
  if (process.platform !== "linux") return;
  t.same(await faultsOf({ database: "sqlite:/proc/chatd/data/chatd.db" }), [
    "database: the folder /proc/chatd cannot be made there. Choose another one.",
  ]);
});

t.test("a log file that is there needs no folder to write to", async (t) => {
  t.same(await faultsOf({ logFile: "/dev/null" }), []);
});

t.test("what the user may not use is told with the user", async (t) => {
  // Root may use everything.
  if (process.getuid?.() === 0) return;
  const { username } = userInfo();
  const file = aFile(t);
  chmodSync(file, 0);
  const folder = aFolder(t);
  mkdirSync(join(folder, "own"));
  chmodSync(folder, 0o555);
  const change = "Change its owner or its mode, or choose another one.";
  t.same(
    await faultsOf({
      welcome: file,
      database: `sqlite:${folder}/chatd.db`,
      logFile: file,
      adminSocket: `${folder}/x/s`,
    }),
    [
      `welcome: the user ${username} may not read ${file}. ${change}`,
      `database: the user ${username} may not write to ${folder}. ${change}`,
      `adminSocket: the user ${username} may not make the folder ${folder}/x. ${change}`,
      `logFile: the user ${username} may not write to ${file}. ${change}`,
    ],
  );
  chmodSync(folder, 0o755);
});

t.test("a host without an address is told, and an address is not looked up", async (t) => {
  const unknown = "no address is known for nohost.invalid. Check the name, or give an address.";
  t.same(await faultsOf({ host: ["127.0.0.1", "::1", "nohost.invalid"], opsHost: "nohost.invalid", opsPort: "0" }), [
    `host: ${unknown}`,
    `opsHost: ${unknown}`,
  ]);
  t.same(await faultsOf({ opsHost: "nohost.invalid" }), [], "nothing listens there");
});

t.test("a reload tries the files that it reads again, and nothing else", async (t) => {
  const file = aFile(t);
  const missing = `${file}.missing`;
  const flags = { welcome: missing, tlsCert: missing, tlsKey: file, databaseCa: missing, logFile: `${file}/log` };
  t.same(told(reloadFaults(aConfig(flags))), [`welcome: ${NO_FILE}`, `tlsCert: ${NO_FILE}`, `tlsKey: ${NO_KEY}`]);
});
