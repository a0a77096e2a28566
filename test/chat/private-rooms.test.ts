import t from "tap";
import { aWorld, type Person, type World } from "../support/people.ts";

const NO_SUCH_ROOM = "There is no room with this name. /rooms shows what there is.";
const NOT_INSIDE = "You are not in this room. Use /join to come in.";
const NOT_YOURS = "You can only destroy rooms created by you.";
const TAKEN = "A room with this name already exists. Please choose a different name.";
const HISTORY = ["-- last 1 line in Den (times UTC) --", "1 11:06 [owner]: a secret"];

type Who = "owner" | "member" | "invited" | "former" | "stranger" | "namesake";

/**
 * A private room Den with its owner inside, a member, somebody invited, somebody who has left it, somebody who was never
 * asked in, and somebody who took the name of one who was.
 */
async function aDen(): Promise<{ world: World; people: Record<Who, Person> }> {
  const world = await aWorld();
  const [owner, member, invited, former, stranger, gone] = await world.enterAll(
    "owner",
    "member",
    "invited",
    "former",
    "stranger",
    "guest",
  );
  await owner.says("/create_private Den", "/join Den", "a secret");
  for (const name of ["member", "invited", "former", "guest"]) await owner.says(`/invite ${name}`);
  await member.says("/join Den");
  await former.says("/join Den", "/leave");
  await gone.ends();
  const [namesake] = await world.enterAll("guest");
  const people = { owner, member, invited, former, stranger, namesake };
  for (const person of Object.values(people)) person.heard();
  return { world, people };
}

/** What a line gets from each; where it is not said, the same as a room that is not there. */
const MATRIX: readonly (readonly [string, Partial<Record<Who, readonly string[]>>])[] = [
  [
    "/users Den",
    {
      owner: ["Users in Den: member, owner"],
      member: ["Users in Den: member, owner"],
      invited: ["Users in Den: member, owner"],
      former: ["Users in Den: member, owner"],
    },
  ],
  ["/history Den", { owner: HISTORY, member: HISTORY, invited: HISTORY, former: HISTORY }],
  ["/history 5 Den", { owner: HISTORY, member: HISTORY, invited: HISTORY, former: HISTORY }],
  [
    "/join Den",
    {
      owner: ["You are already in this room."],
      member: ["You are already in this room."],
      invited: ["[*]: User invited joined Den.", ...HISTORY],
      former: ["[*]: User former joined Den.", ...HISTORY],
    },
  ],
  [
    "/leave Den",
    {
      owner: ["You left room Den.", "You are now talking in lobby."],
      member: ["You left room Den.", "You are now talking in lobby."],
      invited: [NOT_INSIDE],
      former: [NOT_INSIDE],
    },
  ],
  [
    "/destroy Den",
    {
      owner: ["You are now talking in lobby.", "Room Den destroyed."],
      member: [NOT_YOURS],
      invited: [NOT_YOURS],
      former: [NOT_YOURS],
    },
  ],
  [
    "/rooms",
    {
      owner: ["Rooms: lobby (6), Den (2)"],
      member: ["Rooms: lobby (6), Den (2)"],
      invited: ["Rooms: lobby (6), Den (2)"],
      former: ["Rooms: lobby (6), Den (2)"],
      stranger: ["Rooms: lobby (6)"],
      namesake: ["Rooms: lobby (6)"],
    },
  ],
];

const EVERYBODY: readonly Who[] = ["owner", "member", "invited", "former", "stranger", "namesake"];

for (const [line, answers] of MATRIX) {
  t.test(`${line} of a private room answers those who may know of it, and nobody else`, async (t) => {
    for (const who of EVERYBODY) {
      const { people } = await aDen();
      t.same(await people[who].says(line), answers[who] ?? [NO_SUCH_ROOM], who);
    }
  });
}

for (const who of ["stranger", "namesake"] as const) {
  t.test(`to a ${who} a private room is answered as one that is not there`, async (t) => {
    const { people } = await aDen();
    for (const command of ["/users", "/history", "/history 5", "/join", "/leave", "/destroy"]) {
      const hidden = await people[who].says(`${command} Den`);
      t.same(hidden, await people[who].says(`${command} Nix`), command);
    }
  });
}

t.test("its name is taken for everybody all the same", async (t) => {
  const { people } = await aDen();
  for (const who of EVERYBODY)
    t.same(await people[who].says("/create DEN", "/create_private den"), [TAKEN, TAKEN], who);
});

t.test("what is said in it, and who comes and goes, is seen by those inside alone", async (t) => {
  const { people } = await aDen();
  const { owner, member, invited } = people;
  await member.says("another secret");
  await invited.says("/join Den", "/me hides", "/leave");
  t.same(owner.heard(), [
    "[member]: another secret",
    "[*]: User invited joined Den.",
    "* invited hides",
    "[*]: User invited left Den.",
  ]);
  for (const who of ["former", "stranger", "namesake"] as const) t.same(people[who].heard(), [], who);
});

t.test("its topic is seen by those inside alone", async (t) => {
  const { people } = await aDen();
  await people.owner.says("/topic secret things");
  t.same(await people.stranger.says("/topic"), ["lobby has no topic."]);
  t.same(people.member.heard(), ["[*]: User owner set the topic of Den: secret things"]);
  t.same(people.invited.heard(), []);
});

t.test("its end is told to those inside alone", async (t) => {
  const { people } = await aDen();
  await people.owner.says("/destroy Den");
  t.same(people.member.heard(), ["[*]: Room Den was destroyed.", "You are now talking in lobby."]);
  for (const who of ["invited", "former", "stranger", "namesake"] as const) t.same(people[who].heard(), [], who);
});

t.test("of its members nobody but the owner invites", async (t) => {
  const { people } = await aDen();
  const refused = "You can only invite from inside a private room that you own.";
  t.same(await people.member.says("/invite stranger"), [refused]);
  t.same(await people.stranger.says("/join Den"), [NO_SUCH_ROOM]);
  t.same(await people.owner.says("/invite stranger"), ["User added to private room members."]);
  t.same(await people.stranger.says("/join Den"), ["[*]: User stranger joined Den.", ...HISTORY]);
});
