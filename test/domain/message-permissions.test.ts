import t from "tap";
import { type MessageAction, refusalOf } from "../../src/domain/permissions.ts";
import { type Actor, operator, SERVER } from "../../src/domain/principal.ts";
import type { RefusalCode } from "../../src/domain/refusals.ts";
import { aRoom, aSession, BYSTANDER, GUEST, type Kind, NOW, OPERATOR, OWNER } from "../support/world/rules.ts";

const IDS = { owner: OWNER, operator: OPERATOR, author: GUEST, member: BYSTANDER } as const;
type Who = keyof typeof IDS;

const [YES, HIDE, OUT, AUTHOR, OPS] = [
  null,
  "no-such-room",
  "not-in-room",
  "not-author",
  "not-author-or-operator",
] as const;

/** Who may change what the author said: in the room, and outside of it. */
const TABLE: readonly (readonly [MessageAction, Who, inside: RefusalCode | null, outside: RefusalCode])[] = [
  ["edit", "owner", AUTHOR, OUT],
  ["edit", "operator", AUTHOR, OUT],
  ["edit", "author", YES, OUT],
  ["edit", "member", AUTHOR, OUT],
  ["remove", "owner", YES, OUT],
  ["remove", "operator", YES, OUT],
  ["remove", "author", YES, OUT],
  ["remove", "member", OPS, OUT],
];

function judged(kind: Kind, who: Who, type: MessageAction, isInside: boolean): RefusalCode | null {
  const room = aRoom(kind);
  const id = IDS[who];
  room.rights = { ...room.rights, operators: [OPERATOR] };
  room.members.clear();
  if (isInside) room.members.add(id);
  const actor: Actor = aSession(id);
  return refusalOf(actor, { type, author: GUEST }, room, NOW);
}

for (const [type, who, inside, outside] of TABLE) {
  t.test(`${type} what the author said: ${who}`, (t) => {
    t.equal(judged("public", who, type, true), inside);
    t.equal(judged("public", who, type, false), outside);
    t.equal(judged("private", who, type, true), inside);
    const isKeeper = who === "owner" || who === "operator";
    t.equal(judged("private", who, type, false), isKeeper ? outside : HIDE);
    t.end();
  });
}

t.test("the server's operator removes, and puts no words into a mouth", (t) => {
  const root = operator("root");
  t.equal(refusalOf(root, { type: "remove", author: GUEST }, aRoom("private"), NOW), null);
  t.equal(refusalOf(root, { type: "edit", author: GUEST }, aRoom("private"), NOW), OUT);
  t.equal(refusalOf(SERVER, { type: "remove", author: null }, aRoom("public"), NOW), null);
  t.end();
});
