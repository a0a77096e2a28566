import t from "tap";
import { parseRoomName, parseUserName } from "../../src/chat/names.ts";
import { type Action, refusalOf } from "../../src/chat/permissions.ts";
import { Room } from "../../src/chat/room.ts";
import { Session } from "../../src/chat/session.ts";
import { FakeOutlet } from "../support/people.ts";

type Kind = "public" | "private" | "lobby";
type Who = "owner inside" | "owner outside" | "member" | "invited" | "stranger";

const ACTIONS: readonly Action[] = ["see", "join", "read", "say", "set-topic", "invite", "own", "destroy"];
const YES = null;
const HIDDEN = ACTIONS.map(() => "no-such-room");

/** What each may do, in the order of `ACTIONS`. The room has an owner, where it is not the lobby. */
const TABLE: readonly (readonly [Kind, Who, readonly (string | null)[]])[] = [
  // see, join, read, say, set-topic, invite, own, destroy
  ["public", "owner inside", [YES, YES, YES, YES, YES, "invite-not-private", "not-owner", YES]],
  ["public", "owner outside", [YES, YES, YES, "not-in-room", "not-in-room", "not-in-room", "not-owner", YES]],
  ["public", "member", [YES, YES, YES, YES, "not-owner", "invite-not-private", "not-owner", "not-destroyable"]],
  ["public", "stranger", [YES, YES, YES, "not-in-room", "not-in-room", "not-in-room", "not-owner", "not-destroyable"]],
  ["private", "owner inside", [YES, YES, YES, YES, YES, YES, "not-owner", YES]],
  ["private", "owner outside", [YES, YES, YES, "not-in-room", "not-in-room", "not-in-room", "not-owner", YES]],
  ["private", "member", [YES, YES, YES, YES, "not-owner", "invite-not-private", "not-owner", "not-destroyable"]],
  ["private", "invited", [YES, YES, YES, "not-in-room", "not-in-room", "not-in-room", "not-owner", "not-destroyable"]],
  ["private", "stranger", HIDDEN],
  ["lobby", "member", [YES, YES, YES, YES, "not-owner", "invite-not-private", "not-owner", "not-destroyable"]],
  ["lobby", "stranger", [YES, YES, YES, "not-in-room", "not-in-room", "not-in-room", "not-owner", "not-destroyable"]],
];

function aRoom(kind: Kind): Room {
  const name = parseRoomName("Planes");
  if (!name) throw new Error("no name");
  const record = { id: 1, name, isPrivate: kind === "private", topic: "", rules: 1, pos: 1, seq: 0 };
  const room = new Room(record, kind === "lobby");
  if (kind !== "lobby") room.owner = 1;
  return room;
}

function aSession(id: number): Session {
  const name = parseUserName(`user${id}`);
  if (!name) throw new Error("no name");
  return new Session(id, name, new FakeOutlet());
}

/** A session that is this to the room. */
function become(who: Who, room: Room): Session {
  const session = aSession(who.startsWith("owner") ? 1 : 2);
  if (who === "owner inside" || who === "member") room.members.add(session);
  if (who === "invited") room.invited.add(session.id);
  return session;
}

for (const [kind, who, expected] of TABLE) {
  t.test(`in a ${kind} room: ${who}`, (t) => {
    const room = aRoom(kind);
    const session = become(who, room);
    t.same(
      ACTIONS.map((action) => [action, refusalOf(session, action, room)]),
      ACTIONS.map((action, i) => [action, expected[i]]),
    );
    t.end();
  });
}

t.test("a room without an owner is any member's to own, and nobody's outside", (t) => {
  const room = aRoom("public");
  room.owner = null;
  t.equal(refusalOf(become("member", room), "own", room), null);
  t.equal(refusalOf(aSession(3), "own", room), "not-owner");
  t.end();
});

t.test("the lobby is nobody's to own", (t) => {
  const lobby = aRoom("lobby");
  t.equal(refusalOf(become("member", lobby), "own", lobby), "not-owner");
  t.end();
});

t.test("an owner is a session, and no other that has its name", (t) => {
  const room = aRoom("private");
  const namesake = new Session(9, aSession(1).name, new FakeOutlet());
  t.equal(refusalOf(namesake, "destroy", room), "no-such-room");
  t.end();
});

t.test("the server may do anything", (t) => {
  for (const action of ACTIONS) t.equal(refusalOf(null, action, aRoom("private")), null, action);
  t.end();
});

t.test("a destroyed room is not there, for its owner and the server too", (t) => {
  const room = aRoom("public");
  const owner = become("owner inside", room);
  room.isDestroyed = true;
  for (const action of ACTIONS) {
    t.equal(refusalOf(owner, action, room), "no-such-room", action);
    t.equal(refusalOf(null, action, room), "no-such-room", action);
  }
  t.end();
});
