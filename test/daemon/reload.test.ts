import { writeFileSync } from "node:fs";
import t from "tap";
import type { Config } from "../../src/config/settings.ts";
import { type Prepare, reloadAll, replacing } from "../../src/daemon/reload.ts";
import { certify } from "../../tools/certificate.ts";
import { Client } from "../support/sockets/client.ts";
import { aConfig, aDaemon, aFolder } from "../support/sockets/daemon.ts";
import { program, withParts } from "../../tools/parts.ts";

/** A part of a server, which has some of the settings and notes what it is asked to do. */
class Part {
  readonly name: string;
  readonly done: string[];
  maxLineBytes = 0;

  constructor(name: string, done: string[]) {
    this.name = name;
    this.done = done;
  }

  readonly prepare: Prepare = ({ maxLineBytes }) => {
    this.done.push(`prepare ${this.name}`);
    return () => {
      this.done.push(`commit ${this.name}`);
      this.maxLineBytes = maxLineBytes;
    };
  };
}

function refusing(done: string[]): Prepare {
  return () => {
    done.push("refuse");
    throw new Error("no such file");
  };
}

t.test("settings that were read again hold in all parts, and in none before every part can take them", async (t) => {
  const done: string[] = [];
  const [one, two] = [new Part("one", done), new Part("two", done)];
  reloadAll([one.prepare, two.prepare], aConfig({ maxLineBytes: "100" }));
  t.same(done, ["prepare one", "prepare two", "commit one", "commit two"]);
  t.same([one.maxLineBytes, two.maxLineBytes], [100, 100]);
});

t.test("a part that cannot take settings leaves all parts as they were, wherever it stands", async (t) => {
  for (const place of [0, 1, 2]) {
    const done: string[] = [];
    const [one, two] = [new Part("one", done), new Part("two", done)];
    reloadAll([one.prepare, two.prepare], aConfig({ maxLineBytes: "100" }));
    done.length = 0;
    const parts = [one.prepare, two.prepare].toSpliced(place, 0, refusing(done));
    t.throws(() => reloadAll(parts, aConfig({ maxLineBytes: "200" })), { message: "no such file" });
    t.ok(done.includes("refuse"));
    t.notMatch(done, ["commit one"]);
    t.same(
      done.filter((what) => what.startsWith("commit")),
      [],
    );
    t.same([one.maxLineBytes, two.maxLineBytes], [100, 100]);
  }
});

t.test("what is replaced is made of the settings before anything holds, and may refuse them", async (t) => {
  const held: number[] = [];
  const lineBytes = ({ maxLineBytes }: Config): number => {
    if (maxLineBytes > 150) throw new Error("too long");
    return maxLineBytes;
  };
  const prepare = replacing(lineBytes, (bytes) => held.push(bytes));
  const commit = prepare(aConfig({ maxLineBytes: "100" }));
  t.same(held, []);
  commit();
  t.same(held, [100]);
  t.throws(() => prepare(aConfig({ maxLineBytes: "200" })), { message: "too long" });
  t.same(held, [100]);
});

await withParts(
  t,
  [program("openssl")],
  "a server whose certificate cannot be read again goes on with every setting of before",
  async (t) => {
    const files = certify(aFolder(t), "first");
    const flags = { tlsPort: "0", tlsCert: files.cert, tlsKey: files.key };
    const daemon = await aDaemon(t, { ...flags, maxLineBytes: "40" });
    const one = await Client.login(t, daemon.port, "one");
    const limitOf = async (client: Client): Promise<string> => {
      client.send("x".repeat(41));
      return await client.expect(/^Your line was not sent: it has 41 bytes/);
    };
    const limitedTo = (bytes: number): string =>
      `Your line was not sent: it has 41 bytes, and ${bytes} is the maximum. Please send it in parts.`;
    t.equal(await limitOf(one), limitedTo(40));
    writeFileSync(files.cert, "no certificate");
    t.throws(() => daemon.reload(aConfig({ ...flags, maxLineBytes: "30" })), { message: /for TLS: / });
    t.equal(await limitOf(one), limitedTo(40));
    t.equal(await limitOf(await Client.login(t, daemon.port, "two")), limitedTo(40));
    certify(files.cert.replace(/\/[^/]*$/, ""), "second");
    daemon.reload(aConfig({ ...flags, maxLineBytes: "30" }));
    t.equal(await limitOf(one), limitedTo(30));
    t.equal(await limitOf(await Client.login(t, daemon.port, "three")), limitedTo(30));
  },
);
