import t from "tap";
import { type Action, type ApplicationFacts, refusalIn, refusalOf } from "../../src/domain/permissions.ts";
import { type Actor, operator, SERVER } from "../../src/domain/principal.ts";
import {
  aRoom,
  aSession,
  BYSTANDER,
  GUEST,
  type Kind,
  nameOf,
  NOW,
  OPERATOR,
  OWNER,
  type TestRoom,
  userOf,
} from "../support/world/rules.ts";

const CELTRA = 20;
const OTHER = 21;

type Who =
  | "stranger"
  | "entered"
  | "elsewhere"
  | "member"
  | "owner"
  | "owner outside"
  | "operator outside"
  | "invited"
  | "application"
  | "other application"
  | "root";

/** Short for refusals, so that the table fits a page. */
const CODES = {
  yes: null,
  no: "no-such-room",
  out: "not-in-room",
  own: "not-owner",
  op: "not-operator",
  off: "application-inactive",
  keep: "not-destroyable",
} as const;

/** In a room of an application that is this: what each may do, by the actions of `actionsOf`, whose names are cut off. */
const TABLE: readonly (readonly [state: string, Kind, Who, string])[] = [
  //                                                  see joi rej rea lea say top edi rem kic own dest
  ["closed", "public", "stranger", "                  no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed", "public", "elsewhere", "                 no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed", "public", "entered", "                   yes yes yes yes out out out out out out own keep"],
  ["closed", "public", "member", "                    yes yes yes yes yes yes op  yes yes op  own keep"],
  ["closed", "public", "owner", "                     yes yes yes yes yes yes yes yes yes yes own yes"],
  ["closed", "public", "owner outside", "             yes yes yes yes out out out out out out own yes"],
  ["closed", "public", "operator outside", "          yes yes yes yes out out out out out out own keep"],
  ["closed", "public", "application", "               yes out out yes out yes yes yes yes out out yes"],
  ["closed", "public", "other application", "         no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed", "public", "root", "                      yes out out yes out yes yes out yes out out yes"],
  ["closed", "private", "stranger", "                 no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed", "private", "entered", "                  no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed", "private", "invited", "                  yes yes yes yes out out out out out out own keep"],
  ["closed", "private", "member", "                   yes yes yes yes yes yes op  yes yes op  own keep"],
  ["closed", "private", "application", "              no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed", "private", "root", "                     yes out out yes out yes yes out yes out out yes"],
  ["open", "public", "stranger", "                    yes yes yes yes out out out out out out own keep"],
  ["open", "public", "entered", "                     yes yes yes yes out out out out out out own keep"],
  ["open", "public", "member", "                      yes yes yes yes yes yes op  yes yes op  own keep"],
  ["open", "public", "application", "                 yes out out yes out yes yes yes yes out out yes"],
  ["open", "public", "other application", "           no  no  no  no  no  no  no  no  no  no  no  no"],
  ["open", "private", "stranger", "                   no  no  no  no  no  no  no  no  no  no  no  no"],
  ["open", "private", "application", "                no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed inactive", "public", "stranger", "         no  no  no  no  no  no  no  no  no  no  no  no"],
  ["closed inactive", "public", "entered", "          yes yes yes yes out out out out out out own keep"],
  ["closed inactive", "public", "member", "           yes yes yes yes yes off op  off off op  own keep"],
  ["closed inactive", "public", "owner", "            yes yes yes yes yes off off off off yes own yes"],
  ["closed inactive", "public", "application", "      yes out out yes out off off off off out out yes"],
  ["closed inactive", "public", "root", "             yes out out yes out yes yes out yes out out yes"],
  ["open inactive", "public", "stranger", "           yes yes yes yes out out out out out out own keep"],
  ["open inactive", "public", "member", "             yes yes yes yes yes off op  off off op  own keep"],
  ["open inactive", "private", "owner", "             yes yes yes yes yes off off off off yes own yes"],
];

/** What is done to messages is done to the actor's own. */
function actionsOf({ who }: Actor): readonly Action[] {
  return [
    { type: "see" },
    { type: "join" },
    { type: "rejoin" },
    { type: "read" },
    { type: "leave" },
    { type: "say" },
    { type: "set-topic" },
    { type: "edit", author: who.id },
    { type: "remove", author: who.id },
    { type: "kick", user: userOf(BYSTANDER) },
    { type: "own" },
    { type: "destroy" },
  ];
}

function anApplication(state: string): ApplicationFacts {
  return { id: CELTRA, isOpen: state.startsWith("open"), isActive: !state.endsWith("inactive") };
}

function become(who: Who, room: TestRoom): Actor {
  const guest = aSession(who.startsWith("owner") ? OWNER : who.startsWith("operator") ? OPERATOR : GUEST);
  switch (who) {
    case "root":
      return operator("root");
    case "application":
    case "other application": {
      const id = who === "application" ? CELTRA : OTHER;
      return { ...guest, session: null, who: { id, name: nameOf(id), kind: "application" } };
    }
    case "entered":
    case "elsewhere":
      return { ...guest, entered: new Set([who === "entered" ? CELTRA : OTHER]) };
    case "member":
    case "owner":
      room.members.add(guest.who.id);
      return guest;
    case "operator outside":
      room.rights = { ...room.rights, operators: [OPERATOR] };
      return guest;
    case "invited":
      room.rights = { ...room.rights, invited: [GUEST] };
      return guest;
    case "stranger":
    case "owner outside":
      return guest;
  }
}

for (const [state, kind, who, row] of TABLE) {
  t.test(`in a ${kind} room of an application that is ${state}: ${who}`, (t) => {
    const room = { ...aRoom(kind), application: anApplication(state) };
    const actor = become(who, room);
    // The words of the table are those above.
    const expected = row.trim().split(/\s+/) as (keyof typeof CODES)[];
    const actions = actionsOf(actor);
    t.same(
      actions.map((action) => [action.type, refusalOf(actor, action, room, NOW)]),
      actions.map(({ type }, i) => [type, CODES[expected[i] ?? "no"]]),
    );
    t.equal(expected.length, actions.length);
    t.end();
  });
}

t.test("an application has no part in rooms of main, nor in those that have ended", (t) => {
  const actor = become("application", aRoom("public"));
  for (const action of actionsOf(actor)) {
    t.equal(refusalOf(actor, action, aRoom("public"), NOW), "no-such-room", action.type);
    const ended = { ...aRoom("public"), application: anApplication("open"), isDestroyed: true };
    t.equal(refusalOf(actor, action, ended, NOW), "no-such-room", action.type);
  }
  t.end();
});

/** Who enters an application, lists its rooms, and makes one. */
const WITHIN: readonly (readonly [state: string | null, Who, enter: boolean, make: boolean])[] = [
  [null, "stranger", true, true],
  [null, "root", true, true],
  [null, "application", false, false],
  ["closed", "stranger", false, false],
  ["closed", "elsewhere", false, false],
  ["closed", "entered", true, true],
  ["closed", "application", true, true],
  ["closed", "other application", false, false],
  ["closed", "root", true, true],
  ["open", "stranger", true, true],
  ["open", "other application", false, false],
  ["closed inactive", "stranger", false, false],
  ["closed inactive", "entered", true, false],
  ["closed inactive", "application", true, false],
  ["open inactive", "stranger", true, false],
];

for (const [state, who, enter, make] of WITHIN) {
  t.test(`${state === null ? "main" : `an application that is ${state}`}: ${who}`, (t) => {
    const application = state === null ? null : anApplication(state);
    const actor = become(who, aRoom("public"));
    const hidden = enter ? null : "no-such-application";
    t.equal(refusalIn(actor, "enter", application), hidden);
    t.equal(refusalIn(actor, "list-rooms", application), hidden);
    t.equal(refusalIn(actor, "make-room", application), make ? null : (hidden ?? "application-inactive"));
    t.end();
  });
}

t.test("the server itself is everywhere", (t) => {
  t.equal(refusalIn(SERVER, "enter", anApplication("closed")), null);
  t.end();
});
