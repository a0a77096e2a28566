import t from "tap";
import { roomDetails, roomsTable } from "../../../src/cli/admin/room-tables.ts";
import { controlsIn } from "../../../tools/control-characters.ts";

const LAST = "2026-11-20T20:04:05.678Z";
const planes = {
  name: "Planes",
  isPrivate: true,
  owner: "one",
  ownerAwayUntil: null,
  members: 3,
  messages: 12,
  lastAt: LAST,
  topic: "飛行機",
};
const lobby = {
  name: "lobby",
  isPrivate: false,
  owner: null,
  ownerAwayUntil: null,
  members: 0,
  messages: 0,
  lastAt: LAST,
  topic: "",
};
const details = { ...planes, people: ["one", "three", "two"], operators: [], operatorsAway: [], away: 0, bans: [] };

t.test("rooms stand in columns, wide characters too", async (t) => {
  t.equal(
    roomsTable({ rooms: [planes, lobby], count: 2 }),
    [
      "NAME    PEOPLE  MESSAGES  PRIVATE  OWNER  LAST ENTRY (UTC)     TOPIC",
      "Planes  3       12        yes      one    2026-11-20 20:04:05  飛行機",
      "lobby   0       0         no       -      2026-11-20 20:04:05",
    ].join("\n"),
  );
  t.equal(roomsTable({ rooms: [], count: 0 }), "There are no rooms.");
});

t.test("where there are more rooms, that is said", async (t) => {
  t.equal(
    roomsTable({ rooms: [lobby], count: 8 })
      .split("\n")
      .at(-1),
    "… and 7 more: --limit shows more rooms.",
  );
});

t.test("a room is a fact a line", async (t) => {
  t.equal(
    roomDetails(details),
    [
      "name        Planes",
      "private     yes",
      "owner       one",
      "topic       飛行機",
      "messages    12",
      "last entry  2026-11-20 20:04:05 UTC",
      "people      3: one, three, two",
      "operators   -",
      "bans        -",
    ].join("\n"),
  );
});

t.test("a room has people who are left out, operators, bans with their end, and no topic", async (t) => {
  const bans = [
    { name: "troll", until: LAST },
    { name: "mallory", until: null },
  ];
  const operators = ["three", "two"];
  t.equal(
    roomDetails({ ...details, isPrivate: false, owner: null, topic: "", members: 1200, operators, bans }),
    [
      "name        Planes",
      "private     no",
      "owner       -",
      "topic       -",
      "messages    12",
      "last entry  2026-11-20 20:04:05 UTC",
      "people      1200: one, three, two … and 1197 more",
      "operators   three, two",
      "bans        troll until 2026-11-20 20:04:05 UTC",
      "            mallory until unban",
    ].join("\n"),
  );
  t.match(roomDetails({ ...details, members: 0, people: [] }), /^people +-$/m);
});

t.test("who owns or operates a room and is away is named, with the time to come back, and counted", async (t) => {
  const away = {
    ...details,
    ownerAwayUntil: LAST,
    operators: ["two"],
    operatorsAway: [{ name: "three", until: LAST }],
  };
  const text = roomDetails({ ...away, away: 2 });
  t.match(text, "owner       one (away until 2026-11-20 20:04:05 UTC)\n");
  t.match(text, "people      3: one, three, two (2 away)\n");
  t.match(text, "operators   two, three (away until 2026-11-20 20:04:05 UTC)\n");
  t.match(roomDetails({ ...away, members: 0, people: [], away: 1 }), /^people +- \(1 away\)$/m);
  t.match(roomsTable({ rooms: [away], count: 1 }), /^Planes .* one \(away\) /m);
});

t.test("the last lines follow, with their numbers and times", async (t) => {
  const said = { seq: 11, at: LAST, author: "one", kind: "said", text: "hi" } as const;
  const act = { seq: 12, at: LAST, author: "two", kind: "act", text: "waves" } as const;
  const after = (text: string): string[] => text.split("\n").slice(9);
  t.same(after(roomDetails({ ...details, history: [said, act] })), [
    "-- last 2 lines (times UTC) --",
    "11 2026-11-20 20:04:05 [one]: hi",
    "12 2026-11-20 20:04:05 * two waves",
  ]);
  t.same(after(roomDetails({ ...details, history: [said] }))[0], "-- last 1 line (times UTC) --");
  t.same(after(roomDetails({ ...details, history: [] })), ["Nothing has been said yet."]);
  const wild = roomDetails({ ...details, history: [{ ...said, text: "\u001b[2Jx\r\ny" }] });
  t.same(controlsIn(wild.replaceAll("\n", "")), []);
  t.same(after(wild).slice(1), ["11 2026-11-20 20:04:05 [one]: x", "11 2026-11-20 20:04:05 [one] | y"]);
});
