import t from "tap";
import { aWorld, type Person, type World } from "../../support/world/people.ts";

const NO_SUCH_ROOM = "There is no room with this name. /rooms lists the rooms.";
const NOT_INSIDE = "You are not in this room. Use /join to come in.";
const NOT_YOURS = "You can only destroy rooms created by you.";
const TAKEN = "A room with this name already exists. Please choose a different name.";
const HISTORY = ["-- last 1 line in Den (times UTC) --", "1 11:06 [owner]: a secret"];

const NOT_OPERATOR = "Only the owner and the operators of this room can do that.";
const NOBODYS =
  "This room belongs to nobody: the operator of the server keeps order here. /ignore USER hides what somebody says.";
const NOT_OWNER = "Only the owner of this room can do that.";
const NOT_INVITING = "You can only invite from inside a private room that you own.";
const NOWHERE = "You talk in no room right now.";
const IN_DEN = "Users in Den: member, operator, owner";

const EVERYBODY = [
  "owner",
  "operator",
  "member",
  "invited",
  "former",
  "kicked",
  "banned",
  "stranger",
  "namesake",
  "impostor",
] as const;
type Who = (typeof EVERYBODY)[number];
/** For them there is no such room. */
const HIDDEN_FROM = ["kicked", "banned", "stranger", "namesake", "impostor"] as const;

/**
 * A private room Den with its owner inside, an operator, a member, somebody invited, somebody who has left it, was kicked
 * or banned, somebody who was never asked in, and somebody who took the name of one who was invited,
 * and somebody who took that of one who was an operator.
 */
async function aDen(): Promise<{ world: World; people: Record<Who, Person> }> {
  const world = await aWorld();
  const [owner, operator, member, invited, former] = await world.enterAll(
    "owner",
    "operator",
    "member",
    "invited",
    "former",
  );
  const [kicked, banned, stranger, guest, keeper] = await world.enterAll(
    "kicked",
    "banned",
    "stranger",
    "guest",
    "keeper",
  );
  await owner.says("/create_private Den", "/join Den", "a secret");
  for (const name of ["operator", "member", "invited", "former", "kicked", "banned", "guest", "keeper"]) {
    await owner.says(`/invite ${name}`);
  }
  for (const person of [operator, member, former, kicked, banned, keeper]) await person.says("/join Den");
  await owner.says("/op operator", "/op keeper", "/kick kicked", "/ban banned");
  await former.says("/leave");
  await guest.ends();
  await keeper.ends();
  const [namesake, impostor] = await world.enterAll("guest", "keeper");
  for (const person of [kicked, banned]) await person.says("/join lobby");
  const people = { owner, operator, member, invited, former, kicked, banned, stranger, namesake, impostor };
  // Those who came and went together are told together.
  await world.clock.pass(3000);
  for (const person of Object.values(people)) person.heard();
  return { world, people };
}

/** What a line gets from each; where it is not said, the same as a room that is not there. */
const MATRIX: readonly (readonly [string, Partial<Record<Who, readonly string[]>>])[] = [
  [
    "/users Den",
    {
      owner: [IN_DEN],
      operator: [IN_DEN],
      member: [IN_DEN],
      invited: [IN_DEN],
      former: [IN_DEN],
    },
  ],
  ["/history Den", { owner: HISTORY, operator: HISTORY, member: HISTORY, invited: HISTORY, former: HISTORY }],
  ["/history 5 Den", { owner: HISTORY, operator: HISTORY, member: HISTORY, invited: HISTORY, former: HISTORY }],
  [
    "/join Den",
    {
      owner: ["You are already in this room."],
      operator: ["You are already in this room."],
      member: ["You are already in this room."],
      invited: ["[*]: User invited joined Den.", ...HISTORY],
      former: ["[*]: User former joined Den.", ...HISTORY],
    },
  ],
  [
    "/leave Den",
    {
      owner: ["You left room Den.", "You are now talking in lobby."],
      operator: ["You left room Den.", "You are now talking in lobby."],
      member: ["You left room Den.", "You are now talking in lobby."],
      invited: [NOT_INSIDE],
      former: [NOT_INSIDE],
    },
  ],
  [
    "/destroy Den",
    {
      owner: ["Room Den destroyed.", "You are now talking in lobby."],
      operator: [NOT_YOURS],
      member: [NOT_YOURS],
      invited: [NOT_YOURS],
      former: [NOT_YOURS],
    },
  ],
  [
    "/rooms",
    {
      owner: ["Rooms: lobby (10, joined), Den (3, private, current)"],
      operator: ["Rooms: lobby (10, joined), Den (3, private, current)"],
      member: ["Rooms: lobby (10, joined), Den (3, private, current)"],
      invited: ["Rooms: lobby (10, current), Den (3, private)"],
      former: ["Rooms: lobby (10, current), Den (3, private)"],
      kicked: ["Rooms: lobby (10, current)"],
      banned: ["Rooms: lobby (10, current)"],
      stranger: ["Rooms: lobby (10, current)"],
      namesake: ["Rooms: lobby (10, current)"],
      impostor: ["Rooms: lobby (10, current)"],
    },
  ],
];

const MEMBER_BANNED =
  "User member is banned from Den for 1h. Nobody new may join from the same address, either; /unban member lifts both.";

/** What is done in the room that one talks in: those outside talk in the lobby, where they may not. */
const DEEDS: readonly (readonly [string, Partial<Record<Who, readonly string[]>>, string])[] = [
  ["/topic ours", { owner: ["Topic set."], operator: ["Topic set."], member: [NOT_OPERATOR] }, NOBODYS],
  [
    "/kick member",
    {
      owner: ["User member was kicked from Den."],
      operator: ["User member was kicked from Den."],
      member: [NOT_OPERATOR],
    },
    NOBODYS,
  ],
  ["/ban member 1h", { owner: [MEMBER_BANNED], operator: [MEMBER_BANNED], member: [NOT_OPERATOR] }, NOBODYS],
  [
    "/bans",
    {
      owner: ["Users banned from Den: banned by owner"],
      operator: ["Users banned from Den: banned by owner"],
      member: [NOT_OPERATOR],
    },
    NOBODYS,
  ],
  [
    "/unban banned",
    {
      owner: ["User banned may join Den again."],
      operator: ["User banned may join Den again."],
      member: [NOT_OPERATOR],
    },
    NOBODYS,
  ],
  [
    "/op member",
    {
      owner: ["User member is now an operator of Den."],
      operator: ["User member is now an operator of Den."],
      member: [NOT_OPERATOR],
    },
    NOBODYS,
  ],
  [
    "/invite stranger",
    { owner: ["User added to private room members."], operator: [NOT_OWNER], member: [NOT_OWNER] },
    NOT_INVITING,
  ],
];

for (const [line, answers] of MATRIX) {
  t.test(`${line} of a private room answers those who may know of it, and nobody else`, async (t) => {
    for (const who of EVERYBODY) {
      const { people } = await aDen();
      t.same(await people[who].says(line), answers[who] ?? [NO_SUCH_ROOM], who);
    }
  });
}

for (const [line, answers, refused] of DEEDS) {
  t.test(`${line} in a private room is for those who keep it`, async (t) => {
    for (const who of EVERYBODY) {
      const { people } = await aDen();
      t.same(await people[who].says(line), answers[who] ?? [refused], who);
    }
  });
}

for (const who of HIDDEN_FROM) {
  t.test(`to a ${who} a private room is answered as one that is not there`, async (t) => {
    const { people } = await aDen();
    for (const command of ["/users", "/history", "/history 5", "/join", "/leave", "/destroy"]) {
      const hidden = await people[who].says(`${command} Den`);
      t.same(hidden, await people[who].says(`${command} Nix`), command);
    }
  });
}

for (const who of ["stranger", "namesake", "impostor"] as const) {
  t.test(`a ${who} who names a private room talks of it as of one that is not there`, async (t) => {
    const { people } = await aDen();
    t.same(await people[who].says("#Den hello", "#Nix hello"), []);
    t.same(people.former.heard(), [
      `[${people[who].session.name.shown}]: #Den hello`,
      `[${people[who].session.name.shown}]: #Nix hello`,
    ]);
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
  owner.heard();
  await member.says("another secret");
  await invited.says("/join Den", "/me hides", "/leave");
  t.same(owner.heard(), [
    "[member]: another secret",
    "[*]: User invited joined Den.",
    "* invited hides",
    "[*]: User invited left Den.",
  ]);
  for (const who of ["former", ...HIDDEN_FROM] as const) t.same(people[who].heard(), [], who);
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
  t.same(people.member.heard(), ["[*]: Room Den was destroyed.", `${NOWHERE} Type /join lobby to talk there.`]);
  for (const who of ["invited", "former", ...HIDDEN_FROM] as const) t.same(people[who].heard(), [], who);
});

t.test("of its members nobody but the owner invites", async (t) => {
  const { people } = await aDen();
  t.same(await people.member.says("/invite stranger"), [NOT_OWNER]);
  t.same(await people.stranger.says("/join Den"), [NO_SUCH_ROOM]);
  t.same(await people.owner.says("/invite stranger"), ["User added to private room members."]);
  t.same(await people.stranger.says("/join Den"), ["[*]: User stranger joined Den.", ...HISTORY]);
});
