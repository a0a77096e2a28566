import t from "tap";
import { parseRoomName, parseUserName } from "../../src/domain/names.ts";
import { type Action, refusalOf } from "../../src/domain/permissions.ts";
import { MAX_BANS, MAX_OPERATORS, NO_RIGHTS, type Rights } from "../../src/domain/rights.ts";
import { Room } from "../../src/chat/rooms/room.ts";
import { Session } from "../../src/chat/sessions/session.ts";
import { FakeOutlet } from "../support/people.ts";

type Kind = "public" | "private" | "lobby";
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

const ACTIONS: readonly Action[] = [
  "see",
  "join",
  "read",
  "say",
  "set-topic",
  "invite",
  "own",
  "kick",
  "ban",
  "unban",
  "op",
  "deop",
  "destroy",
];
const NOW = 1_795_000_000_000_000;
const OWNER = 1;
const OPERATOR = 3;
const HEIR = 4;
const BYSTANDER = 9;

/** Short for refusals, so that the table fits a page. */
const CODES = {
  yes: null,
  hide: "no-such-room",
  out: "not-in-room",
  own: "not-owner",
  op: "not-operator",
  pub: "invite-not-private",
  keep: "not-destroyable",
  made: "not-maker",
  ban: "banned",
} as const;

/** What each may do, in the order of `ACTIONS`; `kick` to `deop` to somebody who is a member and no more. */
const TABLE: readonly (readonly [Kind, Who, string])[] = [
  //                             see  join read say  topic invite own kick ban unban op deop destroy
  ["public", "owner", "            yes  yes  yes  yes  yes  pub  own  yes  yes  yes  yes  yes  yes"],
  ["public", "owner outside", "    yes  yes  yes  out  out  out  own  out  out  out  out  out  yes"],
  ["public", "heir", "             yes  yes  yes  yes  yes  pub  own  yes  yes  yes  yes  yes  made"],
  ["public", "heir outside", "     yes  yes  yes  out  out  out  own  out  out  out  out  out  made"],
  ["public", "operator", "         yes  yes  yes  yes  yes  pub  own  yes  yes  yes  yes  yes  keep"],
  ["public", "operator outside", " yes  yes  yes  out  out  out  own  out  out  out  out  out  keep"],
  ["public", "member", "           yes  yes  yes  yes  op   pub  own  op   op   op   op   op   keep"],
  ["public", "banned", "           yes  ban  ban  out  out  out  own  out  out  out  out  out  keep"],
  ["public", "banned name", "      yes  ban  ban  out  out  out  own  out  out  out  out  out  keep"],
  ["public", "stranger", "         yes  yes  yes  out  out  out  own  out  out  out  out  out  keep"],
  ["private", "owner", "           yes  yes  yes  yes  yes  yes  own  yes  yes  yes  yes  yes  yes"],
  ["private", "owner outside", "   yes  yes  yes  out  out  out  own  out  out  out  out  out  yes"],
  ["private", "heir", "            yes  yes  yes  yes  yes  yes  own  yes  yes  yes  yes  yes  made"],
  ["private", "operator", "        yes  yes  yes  yes  yes  pub  own  yes  yes  yes  yes  yes  keep"],
  ["private", "operator outside", "yes  yes  yes  out  out  out  own  out  out  out  out  out  keep"],
  ["private", "member", "          yes  yes  yes  yes  op   pub  own  op   op   op   op   op   keep"],
  ["private", "invited", "         yes  yes  yes  out  out  out  own  out  out  out  out  out  keep"],
  ["private", "banned", "          hide hide hide hide hide hide hide hide hide hide hide hide hide"],
  ["private", "banned name", "     hide hide hide hide hide hide hide hide hide hide hide hide hide"],
  ["private", "stranger", "        hide hide hide hide hide hide hide hide hide hide hide hide hide"],
  ["lobby", "member", "            yes  yes  yes  yes  op   pub  own  op   op   op   op   op   keep"],
  ["lobby", "stranger", "          yes  yes  yes  out  out  out  own  out  out  out  out  out  keep"],
];

function nameOf(id: number) {
  const name = parseUserName(`user${id}`);
  if (!name) throw new Error("no name");
  return name;
}

function aSession(id: number, name = nameOf(id)): Session {
  return new Session(id, name, new FakeOutlet(), 0);
}

function aRoom(kind: Kind, rights: Partial<Rights> = {}): Room {
  const name = parseRoomName("Planes");
  if (!name) throw new Error("no name");
  const maker = kind === "lobby" ? null : OWNER;
  const its: Rights = { ...NO_RIGHTS, owner: maker, maker, ...rights };
  const record = {
    id: 1,
    name,
    isPrivate: kind === "private",
    topic: "",
    rightsVersion: 1,
    rights: its,
    pos: 4,
    seq: 3,
    atMicros: 1,
  };
  return new Room(record, kind === "lobby");
}

/** A session that is this to the room. */
function become(who: Who, room: Room): Session {
  const id = who.startsWith("owner")
    ? OWNER
    : who.startsWith("heir")
      ? HEIR
      : who.startsWith("operator")
        ? OPERATOR
        : 2;
  const session = aSession(id);
  const { rights } = room;
  const ban = { key: session.name.key, name: session.name.shown, untilMicros: null };
  if (who.startsWith("heir")) room.rights = { ...rights, owner: id };
  if (who === "owner" || who === "heir" || who === "operator" || who === "member") room.members.add(session);
  if (who.startsWith("operator")) room.rights = { ...rights, operators: [id] };
  if (who === "invited") room.rights = { ...rights, invited: [id] };
  if (who === "banned") room.rights = { ...rights, bans: [{ ...ban, id, key: nameOf(77).key }] };
  if (who === "banned name") room.rights = { ...rights, bans: [{ ...ban, id: 0 }] };
  return session;
}

for (const [kind, who, row] of TABLE) {
  t.test(`in a ${kind} room: ${who}`, (t) => {
    const room = aRoom(kind);
    const session = become(who, room);
    // The words of the table are those above.
    const expected = row.trim().split(/\s+/) as (keyof typeof CODES)[];
    t.same(
      ACTIONS.map((action) => [action, refusalOf(session, action, room, NOW, BYSTANDER)]),
      ACTIONS.map((action, i) => [action, CODES[expected[i] ?? "yes"]]),
    );
    t.equal(expected.length, ACTIONS.length);
    t.end();
  });
}

t.test("nobody does anything to the owner", (t) => {
  const room = aRoom("public", { operators: [OPERATOR] });
  const [owner, operator] = [aSession(OWNER), aSession(OPERATOR)];
  for (const session of [owner, operator]) room.members.add(session);
  for (const action of ["kick", "ban", "op", "deop"] as const) {
    t.equal(refusalOf(operator, action, room, NOW, OWNER), "owner-stays", action);
    t.equal(refusalOf(owner, action, room, NOW, OWNER), "owner-stays", action);
  }
  t.end();
});

t.test("only the owner does anything to an operator", (t) => {
  const room = aRoom("public", { operators: [OPERATOR, 4] });
  const [owner, operator] = [aSession(OWNER), aSession(OPERATOR)];
  for (const session of [owner, operator]) room.members.add(session);
  for (const action of ["kick", "ban", "deop"] as const) {
    t.equal(refusalOf(operator, action, room, NOW, 4), "not-owner", action);
    t.equal(refusalOf(owner, action, room, NOW, 4), null, action);
  }
  t.end();
});

t.test("a ban holds until its end, for the owner never", (t) => {
  const ban = { id: 2, key: nameOf(2).key, name: "user2", untilMicros: NOW + 1 };
  const room = aRoom("public", { bans: [ban, { ...ban, id: OWNER, key: nameOf(OWNER).key }] });
  t.equal(refusalOf(aSession(2), "join", room, NOW), "banned");
  t.equal(refusalOf(aSession(2), "join", room, NOW + 1), null);
  t.equal(refusalOf(aSession(8, nameOf(2)), "join", room, NOW), "banned", "the next one of that name");
  t.equal(refusalOf(aSession(8), "join", room, NOW), null, "somebody else");
  t.equal(refusalOf(aSession(OWNER), "join", room, NOW), null);
  t.end();
});

t.test("a room has so many operators and bans in force, and not one more", (t) => {
  const room = aRoom("public");
  const owner = become("owner", room);
  const ids = (count: number): number[] => Array.from({ length: count }, (_, i) => 100 + i);
  const bans = (count: number, untilMicros: number) =>
    ids(count).map((id) => ({ id, key: nameOf(id).key, name: nameOf(id).shown, untilMicros }));

  room.rights = { ...room.rights, operators: ids(MAX_OPERATORS - 1), bans: bans(MAX_BANS - 1, NOW + 1) };
  t.equal(refusalOf(owner, "op", room, NOW, BYSTANDER), null);
  t.equal(refusalOf(owner, "ban", room, NOW, BYSTANDER), null);
  room.rights = { ...room.rights, operators: ids(MAX_OPERATORS), bans: bans(MAX_BANS, NOW + 1) };
  t.equal(refusalOf(owner, "op", room, NOW, BYSTANDER), "too-many-operators");
  t.equal(refusalOf(owner, "ban", room, NOW, BYSTANDER), "too-many-bans");
  t.equal(refusalOf(owner, "ban", room, NOW + 1, BYSTANDER), null, "those that are over do not count");
  t.end();
});

t.test("a room without an owner is any member's to own, and nobody's outside", (t) => {
  const room = aRoom("public", { owner: null });
  t.equal(refusalOf(become("member", room), "own", room, NOW), null);
  t.equal(refusalOf(aSession(8), "own", room, NOW), "not-owner");
  t.end();
});

t.test("the lobby is nobody's to own", (t) => {
  const lobby = aRoom("lobby");
  t.equal(refusalOf(become("member", lobby), "own", lobby, NOW), "not-owner");
  t.end();
});

t.test("an owner who did not make the room ends it only while nothing was said in it", (t) => {
  const room = aRoom("public", { owner: HEIR });
  const [heir, maker] = [aSession(HEIR), aSession(OWNER)];
  room.seq = 0;
  t.equal(refusalOf(heir, "destroy", room, NOW), null);
  t.equal(refusalOf(maker, "destroy", room, NOW), "not-destroyable", "who made it and has it no longer");
  room.seq = 1;
  t.equal(refusalOf(heir, "destroy", room, NOW), "not-maker");
  room.rights = { ...room.rights, maker: null };
  t.equal(refusalOf(heir, "destroy", room, NOW), "not-maker", "where nobody knows who made it");
  t.end();
});

t.test("an owner is a session, and no other that has its name", (t) => {
  const room = aRoom("private");
  t.equal(refusalOf(aSession(8, nameOf(OWNER)), "destroy", room, NOW), "no-such-room");
  t.end();
});

t.test("the server may do anything but take a room from its owner", (t) => {
  for (const action of ACTIONS) {
    t.equal(refusalOf(null, action, aRoom("private", { owner: null }), NOW, BYSTANDER), null, action);
    const refusal = action === "own" ? "not-owner" : null;
    t.equal(refusalOf(null, action, aRoom("private"), NOW, BYSTANDER), refusal, `${action}, where there is an owner`);
  }
  t.end();
});

t.test("a destroyed room is not there, for its owner and the server too", (t) => {
  const room = aRoom("public");
  const owner = become("owner", room);
  room.isDestroyed = true;
  for (const action of ACTIONS) {
    t.equal(refusalOf(owner, action, room, NOW, BYSTANDER), "no-such-room", action);
    t.equal(refusalOf(null, action, room, NOW, BYSTANDER), "no-such-room", action);
  }
  t.end();
});
