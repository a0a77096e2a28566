import t from "tap";
import { bansTable, statsTable, usersTable } from "../../../src/cli/admin/tables.ts";

const SINCE = "2026-11-20T20:04:05.678Z";

t.test("users stand in columns", async (t) => {
  const alone = { address: "192.0.2.1", since: SINCE, awayUntil: null, node: null };
  const one = { ...alone, name: "one", rooms: ["lobby", "Planes"], outboxBytes: 0, lagMs: 0 };
  const two = { ...alone, name: "longer_name", address: "::1", rooms: [], outboxBytes: 1536, lagMs: 12 };
  const three = { ...alone, name: "three", node: 77, rooms: ["lobby"], outboxBytes: null, lagMs: null };
  const four = { ...three, name: "four", node: null, awayUntil: "2026-11-20T20:14:05.000Z" };
  t.equal(
    usersTable([one, two, three, four]),
    [
      "NAME         ADDRESS    SINCE (UTC)          NODE  OUTBOX   LAG    AWAY UNTIL (UTC)     ROOMS",
      "one          192.0.2.1  2026-11-20 20:04:05  -     -        -      -                    lobby, Planes",
      "longer_name  ::1        2026-11-20 20:04:05  -     1.5 KiB  12 ms  -",
      "three        192.0.2.1  2026-11-20 20:04:05  77    ?        ?      -                    lobby",
      "four         192.0.2.1  2026-11-20 20:04:05  -     -        -      2026-11-20 20:14:05  lobby",
    ].join("\n"),
  );
  t.equal(usersTable([]), "Nobody is online or away.");
});

t.test("bans stand in columns", async (t) => {
  const ban = { subject: "10.0.0.0/8", until: SINCE, reason: "too loud", by: "root", at: SINCE };
  t.equal(
    bansTable([ban, { ...ban, subject: "troll", until: null, reason: "" }]),
    [
      "BANNED      UNTIL (UTC)          BY    SINCE (UTC)          REASON",
      "10.0.0.0/8  2026-11-20 20:04:05  root  2026-11-20 20:04:05  too loud",
      "troll       -                    root  2026-11-20 20:04:05",
    ].join("\n"),
  );
  t.equal(bansTable([]), "Nobody is banned.");
});

t.test("stats are a line each", async (t) => {
  const stats = {
    version: "1.2.3",
    runtime: "v24.21.0",
    node: null,
    pid: 7,
    since: SINCE,
    isDraining: false,
    sessions: 2,
    elsewhere: 9,
    connections: 3,
    rooms: 4,
    pendingLines: 5,
    outboxBytes: 0,
    memoryBytes: 2 ** 20,
    databaseBytes: 2 ** 30,
    freeBytes: null,
  };
  t.equal(
    statsTable(stats),
    [
      "version               1.2.3 on Node v24.21.0, pid 7",
      "node                  alone",
      "since                 2026-11-20 20:04:05 UTC",
      "state                 taking connections",
      "sessions              2",
      "connections           3",
      "rooms                 4",
      "waiting to be stored  5 lines",
      "waiting for readers   -",
      "memory                1 MiB",
      "database              1 GiB",
      "disk free             -",
    ].join("\n"),
  );
  t.match(
    statsTable({ ...stats, isDraining: true, databaseBytes: null }),
    /draining: nobody is let in[^]*not in a file/,
  );
  t.match(statsTable({ ...stats, node: 77 }), /^node +77$[^]*^sessions +2, and 9 elsewhere$/m);
});
