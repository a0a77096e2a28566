import t from "tap";
import { type Action, refusalOf, type UserAction } from "../../src/domain/permissions.ts";
import type { Actor, UserRef } from "../../src/domain/principal.ts";
import { MAX_OPERATORS } from "../../src/domain/rights.ts";
import {
  aRoom,
  aSession,
  BYSTANDER,
  GUEST,
  nameOf,
  NOW,
  OPERATOR,
  OUTCAST,
  OWNER,
  type TestRoom,
  userOf,
} from "../support/world/rules.ts";

/** The owner, who is in the room. */
function anOwner(room: TestRoom): Actor {
  room.members.add(OWNER);
  return aSession(OWNER);
}

t.test("who is not there cannot be put out, or made an operator", (t) => {
  const room = aRoom("public");
  const owner = anOwner(room);
  for (const user of [null, userOf(GUEST)]) {
    t.equal(refusalOf(owner, { type: "kick", user }, room, NOW), "not-there");
    t.equal(refusalOf(owner, { type: "op", user }, room, NOW), "not-there");
  }
  t.end();
});

t.test("whoever keeps no order is told the same of everybody, also of the invited", (t) => {
  for (const kind of ["public", "private"] as const) {
    const room = aRoom(kind, { invited: [GUEST], operators: [OPERATOR] });
    const [member, stranger] = [aSession(2), aSession(5)];
    for (const id of [2, BYSTANDER, OWNER]) room.members.add(id);
    for (const type of ["kick", "ban", "unban", "op", "deop"] as const) {
      for (const user of [null, ...[GUEST, OPERATOR, OWNER, BYSTANDER, 77].map((id) => userOf(id))]) {
        t.equal(refusalOf(member, { type, user }, room, NOW), "not-operator", type);
        const refusal = kind === "public" ? "not-in-room" : "no-such-room";
        t.equal(refusalOf(stranger, { type, user }, room, NOW), refusal, type);
      }
    }
  }
  t.end();
});

t.test("who is not in the room may be banned from it, and be no operator any more", (t) => {
  const room = aRoom("public", { operators: [GUEST] });
  const owner = anOwner(room);
  t.equal(refusalOf(owner, { type: "ban", user: userOf(GUEST) }, room, NOW), null);
  t.equal(refusalOf(owner, { type: "ban", user: userOf(0, nameOf(12)) }, room, NOW), null, "also who is not online");
  t.equal(refusalOf(owner, { type: "ban", user: null }, room, NOW), "no-such-user", "but not who has no name");
  t.equal(refusalOf(owner, { type: "deop", user: userOf(GUEST) }, room, NOW), null);
  t.equal(refusalOf(owner, { type: "deop", user: null }, room, NOW), "no-such-user");
  t.end();
});

t.test("nobody is made an operator twice, and nobody's ban is lifted who has none", (t) => {
  const room = aRoom("public", { operators: [BYSTANDER] });
  const owner = anOwner(room);
  t.equal(refusalOf(owner, { type: "op", user: userOf(BYSTANDER) }, room, NOW), "already-operator");
  t.equal(refusalOf(owner, { type: "deop", user: userOf(BYSTANDER) }, room, NOW), null);
  t.equal(refusalOf(owner, { type: "unban", user: userOf(BYSTANDER) }, room, NOW), "not-banned");
  t.equal(refusalOf(owner, { type: "unban", user: null }, room, NOW), "not-banned");
  t.equal(refusalOf(owner, { type: "unban", user: userOf(0, nameOf(OUTCAST)) }, room, NOW), null, "bans are by name");
  t.end();
});

t.test("a room that has as many operators as it can says so before it looks whether somebody is one already", (t) => {
  const others = Array.from({ length: MAX_OPERATORS - 1 }, (_, i) => 100 + i);
  const room = aRoom("public", { operators: [BYSTANDER, ...others] });
  const owner = anOwner(room);
  t.equal(refusalOf(owner, { type: "op", user: userOf(BYSTANDER) }, room, NOW), "too-many-operators");
  t.end();
});

t.test("who may not do it is told that first, and not whether it would be possible", (t) => {
  const room = aRoom("public", { operators: [OPERATOR] });
  room.members.add(2).add(OPERATOR);
  const impossible: readonly (readonly [Exclude<UserAction, "invite">, number])[] = [
    ["op", OPERATOR],
    ["deop", BYSTANDER],
    ["unban", BYSTANDER],
    ["ban", OWNER],
  ];
  for (const [type, id] of impossible) {
    const action: Action = { type, user: userOf(id) };
    t.equal(refusalOf(aSession(2), action, room, NOW), "not-operator", type);
    t.equal(refusalOf(aSession(8), action, room, NOW), "not-in-room", `${type}, from outside`);
  }
  t.end();
});

t.test("somebody is invited who is online, and neither in the room nor invited nor banned", (t) => {
  const room = aRoom("private");
  const owner = anOwner(room);
  const invite = (user: UserRef | null) => refusalOf(owner, { type: "invite", user }, room, NOW);
  t.equal(invite(userOf(GUEST)), null);
  t.equal(invite(null), "no-such-user");
  t.equal(invite(userOf(BYSTANDER)), "already-invited");
  t.equal(invite(userOf(OUTCAST)), "invitee-banned");
  t.equal(invite(userOf(13, nameOf(OUTCAST))), "invitee-banned", "the next one of that name");
  room.rights = { ...room.rights, invited: [GUEST, OUTCAST] };
  t.equal(invite(userOf(GUEST)), "already-invited");
  t.equal(invite(userOf(OUTCAST)), "already-invited", "before it is looked at bans");
  const elsewhere = aRoom("public");
  t.equal(refusalOf(owner, { type: "invite", user: null }, elsewhere, NOW), "not-in-room", "and first of all");
  t.end();
});
