import t, { type Test } from "tap";
import { type Action, checkMay, refusalOf, type RoomFacts } from "../../src/domain/permissions.ts";
import { type Actor, operator, SERVER } from "../../src/domain/principal.ts";
import { type Ban, MAX_BANS, MAX_OPERATORS } from "../../src/domain/rights.ts";
import {
  aRoom,
  aSession,
  banOn,
  BYSTANDER,
  GUEST,
  HEIR,
  type Kind,
  nameOf,
  NOW,
  OPERATOR,
  OUTCAST,
  OWNER,
  type TestRoom,
  userOf,
} from "../support/world/rules.ts";

type Who =
  | "owner"
  | "owner outside"
  | "heir"
  | "heir outside"
  | "operator"
  | "operator outside"
  | "member"
  | "invited"
  | "banned"
  | "banned name"
  | "stranger";

/** The address of somebody who is banned. */
const BANNED_ADDRESS = "192.0.2.1";

const ACTIONS: readonly Action[] = [
  { type: "see" },
  { type: "join" },
  { type: "rejoin" },
  { type: "leave" },
  { type: "read" },
  { type: "say" },
  { type: "set-topic" },
  { type: "list-bans" },
  { type: "invite", user: userOf(GUEST) },
  { type: "own" },
  { type: "kick", user: userOf(BYSTANDER) },
  { type: "ban", user: userOf(BYSTANDER) },
  { type: "unban", user: userOf(OUTCAST) },
  { type: "op", user: userOf(BYSTANDER) },
  { type: "deop", user: userOf(BYSTANDER) },
  { type: "destroy" },
  { type: "transfer", user: userOf(BYSTANDER) },
];

/** Somebody who runs the server. */
const ROOT = operator("root");

/** Short for refusals, so that the table fits a page. */
const CODES = {
  yes: null,
  no: "no-such-room",
  out: "not-in-room",
  own: "not-owner",
  op: "not-operator",
  lob: "lobby-is-nobodys",
  none: "no-operator",
  pub: "invite-not-private",
  keep: "not-destroyable",
  made: "not-maker",
  ban: "banned",
  net: "address-banned",
} as const;

/** What each may do, in the order of `ACTIONS`, whose names are cut off. */
const TABLE: readonly (readonly [Kind, Who, string])[] = [
  //                               see joi rej lea rea say top ban inv own kic ban unb op  deop dest tra
  ["public", "owner", "            yes yes yes yes yes yes yes yes pub own yes yes yes yes none yes  own"],
  ["public", "owner outside", "    yes yes yes out yes out out yes out own out out out out out  yes  own"],
  ["public", "heir", "             yes yes yes yes yes yes yes yes pub own yes yes yes yes none made own"],
  ["public", "heir outside", "     yes yes yes out yes out out yes out own out out out out out  made own"],
  ["public", "operator", "         yes yes yes yes yes yes yes yes pub own yes yes yes yes none keep own"],
  ["public", "operator outside", " yes yes yes out yes out out yes out own out out out out out  keep own"],
  ["public", "member", "           yes yes yes yes yes yes op  op  pub own op  op  op  op  op   keep own"],
  ["public", "banned", "           yes ban ban out ban out out op  out own out out out out out  keep own"],
  ["public", "banned name", "      yes ban ban out ban out out op  out own out out out out out  keep own"],
  ["public", "stranger", "         yes yes yes out yes out out op  out own out out out out out  keep own"],
  ["private", "owner", "           yes yes yes yes yes yes yes yes yes own yes yes yes yes none yes  own"],
  ["private", "owner outside", "   yes yes yes out yes out out yes out own out out out out out  yes  own"],
  ["private", "heir", "            yes yes yes yes yes yes yes yes yes own yes yes yes yes none made own"],
  ["private", "operator", "        yes yes yes yes yes yes yes yes own own yes yes yes yes none keep own"],
  ["private", "operator outside", "yes yes yes out yes out out yes out own out out out out out  keep own"],
  ["private", "member", "          yes yes yes yes yes yes op  op  own own op  op  op  op  op   keep own"],
  ["private", "invited", "         yes yes yes out yes out out op  out own out out out out out  keep own"],
  ["private", "banned", "          no  no  no  no  no  no  no  no  no  no  no  no  no  no  no   no   no"],
  ["private", "banned name", "     no  no  no  no  no  no  no  no  no  no  no  no  no  no  no   no   no"],
  ["private", "stranger", "        no  no  no  no  no  no  no  no  no  no  no  no  no  no  no   no   no"],
  ["lobby", "member", "            yes yes yes yes yes yes lob lob pub own lob lob lob lob lob  keep own"],
  ["lobby", "stranger", "          yes yes yes out yes out out lob out own out out out out out  keep own"],
];

/** What each may do where somebody at their address is banned: who is a stranger to the room is kept out. */
const NEIGHBOURS: typeof TABLE = [
  ["public", "owner outside", "    yes yes yes out yes out out yes out own out out out out out  yes  own"],
  ["public", "operator outside", " yes yes yes out yes out out yes out own out out out out out  keep own"],
  ["public", "member", "           yes yes yes yes yes yes op  op  pub own op  op  op  op  op   keep own"],
  ["public", "banned", "           yes ban ban out ban out out op  out own out out out out out  keep own"],
  ["public", "stranger", "         yes net yes out net out out op  out own out out out out out  keep own"],
  ["private", "member", "          yes yes yes yes yes yes op  op  own own op  op  op  op  op   keep own"],
  ["private", "invited", "         yes yes yes out yes out out op  out own out out out out out  keep own"],
  ["private", "stranger", "        no  no  no  no  no  no  no  no  no  no  no  no  no  no  no   no   no"],
];

/** A session that is this to the room. */
function become(who: Who, room: TestRoom): Actor {
  const id = who.startsWith("owner")
    ? OWNER
    : who.startsWith("heir")
      ? HEIR
      : who.startsWith("operator")
        ? OPERATOR
        : 2;
  const { rights } = room;
  if (who.startsWith("heir")) room.rights = { ...rights, owner: id };
  if (who === "owner" || who === "heir" || who === "operator" || who === "member") room.members.add(id);
  if (who.startsWith("operator")) room.rights = { ...rights, operators: [id] };
  if (who === "invited") room.rights = { ...rights, invited: [id] };
  if (who === "banned") room.rights = { ...rights, bans: [...rights.bans, { ...banOn(77), id }] };
  if (who === "banned name") room.rights = { ...rights, bans: [...rights.bans, { ...banOn(id), id: 0 }] };
  return aSession(id);
}

/** Asks about each action, and compares with a row of the table. */
function testRow(t: Test, actor: Actor, room: TestRoom, row: string): void {
  // The words of the table are those above.
  const expected = row.trim().split(/\s+/) as (keyof typeof CODES)[];
  t.same(
    ACTIONS.map((action) => [action.type, refusalOf(actor, action, room, NOW)]),
    ACTIONS.map(({ type }, i) => [type, CODES[expected[i] ?? "yes"]]),
  );
  t.equal(expected.length, ACTIONS.length);
}

for (const [kind, who, row] of TABLE) {
  t.test(`in a ${kind} room: ${who}`, (t) => {
    const room = aRoom(kind);
    testRow(t, become(who, room), room, row);
    t.end();
  });
}

for (const [kind, who, row] of NEIGHBOURS) {
  t.test(`in a ${kind} room where somebody at the same address is banned: ${who}`, (t) => {
    const room = aRoom(kind);
    const actor = { ...become(who, room), network: BANNED_ADDRESS };
    room.rights = { ...room.rights, bans: [...room.rights.bans, banOn(77, null, BANNED_ADDRESS)] };
    testRow(t, actor, room, row);
    t.end();
  });
}

t.test("nobody does anything to the owner", (t) => {
  const room = aRoom("public", { operators: [OPERATOR] });
  const [owner, operator] = [aSession(OWNER), aSession(OPERATOR)];
  for (const { who } of [owner, operator]) room.members.add(who.id);
  for (const type of ["kick", "ban", "op", "deop"] as const) {
    t.equal(refusalOf(operator, { type, user: userOf(OWNER) }, room, NOW), "owner-stays", type);
    t.equal(refusalOf(owner, { type, user: userOf(OWNER) }, room, NOW), "owner-stays", type);
  }
  t.end();
});

t.test("out of a private room also those are kicked who are not there and may come in, and nobody else", (t) => {
  const kicks = (kind: Kind, id: number): unknown => {
    const room = aRoom(kind, { invited: [GUEST], operators: [OPERATOR] });
    room.members.add(OWNER);
    return refusalOf(aSession(OWNER), { type: "kick", user: userOf(id) }, room, NOW);
  };
  t.same(
    [GUEST, OPERATOR, 77].map((id) => kicks("private", id)),
    [null, null, "not-there"],
  );
  t.same(
    [GUEST, OPERATOR].map((id) => kicks("public", id)),
    ["not-there", "not-there"],
  );
  t.end();
});

t.test("only the owner does anything to an operator", (t) => {
  const room = aRoom("public", { operators: [OPERATOR, 4] });
  const [owner, operator] = [aSession(OWNER), aSession(OPERATOR)];
  for (const { who } of [owner, operator, aSession(4)]) room.members.add(who.id);
  for (const type of ["kick", "ban", "deop"] as const) {
    t.equal(refusalOf(operator, { type, user: userOf(4) }, room, NOW), "not-owner", type);
    t.equal(refusalOf(owner, { type, user: userOf(4) }, room, NOW), null, type);
  }
  t.end();
});

t.test("a ban holds until its end, for the owner never", (t) => {
  const room = aRoom("public", { bans: [banOn(2, NOW + 1), banOn(OWNER, NOW + 1)] });
  t.equal(refusalOf(aSession(2), { type: "join" }, room, NOW), "banned");
  t.equal(refusalOf(aSession(2), { type: "join" }, room, NOW + 1), null);
  t.equal(refusalOf(aSession(8, nameOf(2)), { type: "join" }, room, NOW), "banned", "the next one of that name");
  t.equal(refusalOf(aSession(8), { type: "join" }, room, NOW), null, "somebody else");
  t.equal(refusalOf(aSession(OWNER), { type: "join" }, room, NOW), null);
  t.end();
});

t.test("whoever is kept out is told until when, by the ban that is the last to end", (t) => {
  const [end, later] = [NOW + 10, NOW + 20];
  const bans = [banOn(2, end, BANNED_ADDRESS), banOn(5, later, BANNED_ADDRESS)];
  const room = aRoom("public", { bans });
  const refused = (actor: Actor, untilMicros: number | null, code: string): void => {
    for (const type of ["join", "read"] as const) {
      t.throws(() => checkMay(actor, type, room, NOW), { code, args: { untilMicros, nowMicros: NOW } });
    }
  };
  refused(aSession(2, nameOf(2), BANNED_ADDRESS), end, "banned");
  refused(aSession(8, nameOf(8), BANNED_ADDRESS), later, "address-banned");
  room.rights = { ...room.rights, bans: [...bans, banOn(6, null, BANNED_ADDRESS)] };
  refused(aSession(8, nameOf(8), BANNED_ADDRESS), null, "address-banned");
  t.doesNotThrow(() => checkMay(aSession(8, nameOf(8), "192.0.2.2"), "join", room, NOW));
  t.throws(() => checkMay(aSession(8), "leave", room, NOW), { code: "not-in-room" });
  t.end();
});

t.test("a room has so many operators and bans in force, and not one more", (t) => {
  const room = aRoom("public");
  const owner = become("owner", room);
  const ids = (count: number): number[] => Array.from({ length: count }, (_, i) => 100 + i);
  const bans = (count: number, untilMicros: number): Ban[] => ids(count).map((id) => banOn(id, untilMicros));
  const op: Action = { type: "op", user: userOf(BYSTANDER) };
  const ban: Action = { type: "ban", user: userOf(BYSTANDER) };

  room.rights = { ...room.rights, operators: ids(MAX_OPERATORS - 1), bans: bans(MAX_BANS - 1, NOW + 1) };
  t.equal(refusalOf(owner, op, room, NOW), null);
  t.equal(refusalOf(owner, ban, room, NOW), null);
  room.rights = { ...room.rights, operators: ids(MAX_OPERATORS), bans: bans(MAX_BANS, NOW + 1) };
  t.equal(refusalOf(owner, op, room, NOW), "too-many-operators");
  t.equal(refusalOf(owner, ban, room, NOW), "too-many-bans");
  t.equal(refusalOf(owner, ban, room, NOW + 1), null, "those that are over do not count");
  t.end();
});

t.test("a room without an owner is any member's to own, and nobody's outside", (t) => {
  const room = aRoom("public", { owner: null });
  t.equal(refusalOf(become("member", room), { type: "own" }, room, NOW), null);
  t.equal(refusalOf(aSession(8), { type: "own" }, room, NOW), "not-owner");
  t.end();
});

t.test("the lobby is nobody's to own", (t) => {
  const lobby = aRoom("lobby");
  t.equal(refusalOf(become("member", lobby), { type: "own" }, lobby, NOW), "not-owner");
  t.end();
});

t.test("an owner who did not make the room ends it only while nothing was said in it", (t) => {
  const room = aRoom("public", { owner: HEIR });
  const [heir, maker] = [aSession(HEIR), aSession(OWNER)];
  const destroy: Action = { type: "destroy" };
  room.seq = 0;
  t.equal(refusalOf(heir, destroy, room, NOW), null);
  t.equal(refusalOf(maker, destroy, room, NOW), "not-destroyable", "who made it and has it no longer");
  room.seq = 1;
  t.equal(refusalOf(heir, destroy, room, NOW), "not-maker");
  room.rights = { ...room.rights, maker: null };
  t.equal(refusalOf(heir, destroy, room, NOW), "not-maker", "where nobody knows who made it");
  t.end();
});

t.test("an owner is a session, and no other that has its name", (t) => {
  const room = aRoom("private");
  t.equal(refusalOf(aSession(8, nameOf(OWNER)), { type: "destroy" }, room, NOW), "no-such-room");
  t.end();
});

t.test("the server may do anything but take a room from its owner", (t) => {
  for (const action of ACTIONS) {
    const { type } = action;
    t.equal(refusalOf(SERVER, action, aRoom("private", { owner: null }), NOW), null, type);
    const refusal = type === "own" || type === "transfer" ? "not-owner" : null;
    t.equal(refusalOf(SERVER, action, aRoom("private"), NOW), refusal, `${type}, where there is an owner`);
  }
  t.end();
});

t.test("the server's operator sees, reads and ends rooms, talks, sets topics, lifts bans, gives rooms away", (t) => {
  const may = new Set<Action["type"]>(["see", "read", "say", "set-topic", "unban", "transfer", "destroy"]);
  for (const kind of ["public", "private"] as const) {
    for (const action of ACTIONS) {
      const expected = may.has(action.type) ? null : "not-in-room";
      t.equal(refusalOf(ROOT, action, aRoom(kind), NOW), expected, `${action.type}, ${kind}`);
    }
  }
  t.end();
});

t.test("the lobby does not end, and the server's operator gives it to nobody", (t) => {
  const lobby = aRoom("lobby");
  t.equal(refusalOf(ROOT, { type: "set-topic" }, lobby, NOW), null);
  t.equal(refusalOf(ROOT, { type: "destroy" }, lobby, NOW), "not-destroyable");
  t.equal(refusalOf(ROOT, { type: "transfer", user: userOf(BYSTANDER) }, lobby, NOW), "not-owner");
  t.end();
});

t.test("the server's operator gives a room to somebody who is in it, and does not own it yet", (t) => {
  const room = aRoom("private");
  for (const user of [null, userOf(GUEST), userOf(OWNER)]) {
    t.equal(refusalOf(ROOT, { type: "transfer", user }, room, NOW), "not-there", user?.name.shown ?? "nobody");
  }
  room.members.add(OWNER);
  t.equal(refusalOf(ROOT, { type: "transfer", user: userOf(OWNER) }, room, NOW), "owner-stays");
  room.rights = { ...room.rights, owner: null };
  t.equal(refusalOf(ROOT, { type: "transfer", user: userOf(OWNER) }, room, NOW), null, "who owned it before");
  t.end();
});

t.test("the server's operator lifts bans that are in force, and no others", (t) => {
  const room = aRoom("private", { bans: [banOn(OUTCAST, NOW + 1)] });
  t.equal(refusalOf(ROOT, { type: "unban", user: userOf(OUTCAST) }, room, NOW), null);
  t.equal(refusalOf(ROOT, { type: "unban", user: userOf(OUTCAST) }, room, NOW + 1), "not-banned");
  for (const user of [null, userOf(GUEST)]) {
    t.equal(refusalOf(ROOT, { type: "unban", user }, room, NOW), "not-banned", user?.name.shown ?? "nobody");
  }
  t.end();
});

t.test("a destroyed room is not there, for its owner, the server and its operator too", (t) => {
  const room = aRoom("public");
  const owner = become("owner", room);
  room.isDestroyed = true;
  for (const action of ACTIONS) {
    for (const actor of [owner, SERVER, ROOT])
      t.equal(refusalOf(actor, action, room, NOW), "no-such-room", action.type);
  }
  t.end();
});

t.test("an owner who has left for good owns nothing any more, whatever the rights say", (t) => {
  const room: RoomFacts = { ...aRoom("public"), owner: null };
  t.equal(refusalOf(aSession(BYSTANDER), { type: "own" }, room, NOW), null, "it is anybody's to own who is there");
  t.equal(refusalOf(SERVER, { type: "own" }, room, NOW), null, "and the server's to give away");
  t.equal(refusalOf(aSession(OWNER), { type: "destroy" }, room, NOW), "not-destroyable");
  t.end();
});
