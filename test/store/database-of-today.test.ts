import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { decodeChange, encodeChange } from "../../src/domain/change.ts";
import { FIRST_CODES, NOWHERE } from "../../src/ports/absence.ts";
import { FileStore } from "../../src/store/sqlite/file-store.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon, aFolder } from "../support/sockets/daemon.ts";

/** What chatd had stored before changes had types: rooms, a topic, everything that is done to people, and bans. */
const SQL = readFileSync(new URL("schema-3.sql", import.meta.url), "utf8");
const EVERYTHING = Number.MAX_SAFE_INTEGER;
/** 2100-01-01. */
const UNTIL_MICROS = 4_102_444_800_000_000;
const ONE = 44_500_794_476_683;
const TWO = 44_500_794_476_684;

/** The path of a file that an earlier chatd has left behind. */
function aFile(t: Test): string {
  const path = join(aFolder(t), "chatd.db");
  const db = new DatabaseSync(path);
  db.exec(SQL);
  db.close();
  return path;
}

t.test("rooms, rights and bans of an earlier chatd are read as they were", async (t) => {
  const store = new FileStore(aFile(t), null, 1);
  t.teardown(() => store.close());
  t.match(await store.rooms(), [
    { id: 1, name: { shown: "lobby" }, rights: { owner: null, maker: null } },
    {
      id: 2,
      name: { shown: "Planes", key: "planes" },
      isPrivate: false,
      topic: "All about planes",
      rightsVersion: 9,
      pos: 14,
      seq: 4,
      rights: {
        owner: ONE,
        maker: ONE,
        operators: [TWO],
        invited: [],
        bans: [
          { key: "four", untilMicros: UNTIL_MICROS, by: null, network: null, reason: "" },
          { id: 0, name: "gone" },
        ],
      },
    },
    { id: 3, name: { shown: "Secret" }, isPrivate: true, rights: { invited: [TWO] } },
  ]);
  t.match(await store.bans(), [
    { subject: "10.0.0.0/8", untilMicros: null, reason: "floods" },
    { subject: "troll", untilMicros: UNTIL_MICROS },
  ]);
});

t.test("every entry of an earlier chatd is a change, and would be stored as the same again", async (t) => {
  const store = new FileStore(aFile(t), null, 1);
  t.teardown(() => store.close());
  // The first call brings the file to the present schema.
  await store.rooms();
  const entries = await store.entriesFrom(
    [1, 2, 3, 4].map((stream) => ({ stream, pos: 0 })),
    EVERYTHING,
  );
  t.equal(entries.length, 22);
  for (const entry of entries) {
    const change = decodeChange(entry);
    const { kind, body, ref } = entry;
    t.same(change && encodeChange(change), { kind, body, ref }, `${entry.stream}/${entry.pos}`);
  }
});

t.test("whom an earlier chatd kept comes back to the rooms that it knows", async (t) => {
  const path = aFile(t);
  const db = new DatabaseSync(path);
  db.exec(`update chatd_schema set version = 4, min_node = 4;
    create table people (session integer primary key, key text not null, shown text not null, address text not null,
      since integer not null, rooms text not null, current integer, others text, seen integer not null, until integer) strict;
    insert into people values (1, 'ann', 'Ann', '::1', 2, '[2,1]', 2, '[3]', 5, 9), (2, 'bob', 'Bob', '::1', 2, '[]', null, null, 5, null);
    create table secret (value text not null) strict;`);
  db.close();
  const store = new FileStore(path, null, 1);
  t.teardown(() => store.close());
  const kept = { address: "::1", sinceMicros: 2, codes: FIRST_CODES, needsCode: false, seenMicros: 5 };
  const ann = {
    ...NOWHERE,
    id: 1,
    name: { key: "ann", shown: "Ann" },
    rooms: [2, 1],
    current: 2,
    hasRightsIn: [3],
    standing: 3,
    untilMicros: 9,
  };
  const bob = {
    ...NOWHERE,
    id: 2,
    name: { key: "bob", shown: "Bob" },
    hasRightsIn: null,
    standing: 3,
    untilMicros: null,
  };
  t.same((await store.keptPeople()).people, [
    { ...kept, ...ann },
    { ...kept, ...bob },
  ]);
});

t.test("people go on where an earlier chatd was stopped", async (t) => {
  const { port } = await aDaemon(t, { database: `sqlite:${aFile(t)}` });
  const troll = await Client.connect(t, port);
  troll.send("troll");
  await troll.expect(/^This name is banned here/);
  const four = await Client.login(t, port, "four");
  t.same(await four.ask("/join Planes"), [
    "You are banned from this room until 2100-01-01 00:00 UTC. Its owner can lift that with /unban.",
  ]);
  const five = await Client.login(t, port, "five");
  t.same(await five.ask("/join Secret"), ["There is no room with this name. /rooms lists the rooms."]);
  const told = await five.ask("/join Planes");
  t.match(told.slice(0, 2), ["[*]: User five joined Planes.", "Topic: All about planes"]);
  const texts = told.map((line) => line.replace(/^\d+ \d\d:\d\d /, ""));
  for (const text of ["[One]: hello planes", "[two]: hi, ünïcödé ✈", "* three waves", "[four]: I am here to annoy"]) {
    t.ok(texts.includes(text), text);
  }
  // The owner has gone with the server; that comes when it is stored.
  const OWNS = "[*]: User five now owns Planes.";
  if (!told.includes(OWNS)) await five.expect(OWNS);
});
