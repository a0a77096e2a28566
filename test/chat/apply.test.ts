import t from "tap";
import { decodeChange, encodeChange } from "../../src/domain/change.ts";
import { kinds } from "../../src/domain/entry.ts";
import { aWorld, type Person } from "../support/world/people.ts";

const NO_SUCH_ROOM = "There is no room with this name. /rooms lists the rooms.";

t.test("an invitation is for the session, and not for who takes the name later", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den", "/invite two");
  await two.ends();
  const [other] = await world.enterAll("two");
  t.same(await other.says("/join Den", "/rooms"), [NO_SUCH_ROOM, "Rooms: lobby (2, current)"]);
  t.same(await one.says("/invite two"), ["User added to private room members."]);
  t.same(await other.says("/join Den"), ["[*]: User two joined Den."]);
});

t.test("an invitation that is stored when its guest is gone tells nobody, whoever has the name then", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den");
  const release = world.store.hold("append");
  one.types("/invite two");
  await world.clock.turn();
  await two.ends();
  const [other] = await world.enterAll("two");
  release();
  await world.clock.turn();
  t.same(other.heard(), []);
  t.same(await other.says("/join Den", "/reply thanks"), [
    NO_SUCH_ROOM,
    "Nobody has whispered to you yet. Use /whisper USER TEXT.",
  ]);
});

t.test("whoever was invited and left may come back", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den", "/invite two");
  t.same(await two.says("/join Den", "/leave", "/join Den"), [
    "[*]: User two joined Den.",
    "You left room Den.",
    "You are now talking in lobby.",
    "[*]: User two joined Den.",
  ]);
});

t.test("a room that is destroyed leaves everybody in the rooms where they were before", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create Planes", "/create Trains", "/join Planes");
  await two.says("/join Trains", "/join Planes");
  await three.says("/join Planes", "/leave lobby");
  two.heard();
  await one.says("/destroy Planes");
  t.same(two.heard().slice(-2), [
    "[*]: Room Planes was destroyed.",
    "You talk in no room right now. Type /join Trains to talk there.",
  ]);
  t.same(three.heard(), ["[*]: Room Planes was destroyed."]);
  t.equal(three.session.current, null);
  t.same(three.session.rooms, []);
  t.same(await two.says("/join Trains", "/leave"), [
    "You are now talking in Trains.",
    "You left room Trains.",
    "You are now talking in lobby.",
  ]);
});

t.test("a room of a destroyed one's name starts empty, with its own members, topic and numbers", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "/topic old", "a", "b");
  await two.says("/join Planes");
  await one.says("/destroy Planes", "/create planes", "/join planes", "c");
  t.same(await two.says("/users planes", "/history planes"), [
    "Users in planes: one",
    "-- last 1 line in planes (times UTC) --",
    "1 11:06 [one]: c",
  ]);
  t.same(await one.says("/topic"), ["planes has no topic."]);
});

t.test("two who end a room at the same moment: one does, the other is told that it is not there", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes");
  const room = world.room("Planes");
  const { pipeline } = world.context;
  const intent = { actor: one.session, action: { type: "destroy" }, change: { kind: "destroyed" } } as const;
  const first = pipeline.perform(room, intent);
  const second = t.rejects(pipeline.perform(room, intent), { code: "no-such-room" });
  await world.clock.turn();
  await first;
  await second;
  t.equal(world.context.rooms.count, 1);
});

t.test("whom an entry is about is kept as id and name, nobody as nothing", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("One");
  const { id } = one.session;
  const user = { id, name: one.session.name };
  const terms = { untilMicros: null, network: null, reason: "" };
  const ban = encodeChange({ kind: "banned", user, ...terms });
  t.equal(ban.body, `${id} One`);
  const name = { shown: "One", key: "one" };
  t.same(decodeChange(ban), { kind: "banned", user: { id, name }, ...terms });
  t.match(decodeChange(encodeChange({ kind: "banned", user, ...terms, untilMicros: 17 })), { untilMicros: 17 });
  t.equal(encodeChange({ kind: "owner", user: null }).body, "");
  t.same(decodeChange({ kind: kinds.owner, body: "" }), { kind: "owner", user: null });
  t.equal(decodeChange({ kind: kinds.banned, body: "" }), null);
});

t.test(
  "people who change the rules of rooms of their own share commits with one another and with all others",
  async (t) => {
    const world = await aWorld({ lobby: null });
    const [talker] = await world.enterAll("talker");
    await talker.says("/create Hall", "/join Hall");
    const owners: Person[] = [];
    for (let i = 0; i < 32; i++) {
      const [owner, member] = await world.enterAll(`owner${i}`, `member${i}`);
      await owner.says(`/create room${i}`, `/join room${i}`);
      await member.says(`/join room${i}`);
      owner.heard();
      owners.push(owner);
    }
    const before = world.store.calls.append;
    for (const command of ["/op", "/deop"]) {
      for (const [i, owner] of owners.entries()) {
        owner.types(`${command} member${i}`);
        talker.types(`while ${i} does ${command}`);
      }
      await world.clock.turn();
      for (const [i, owner] of owners.entries()) {
        t.equal(owner.heard().length, 1, `${i} was told`);
        t.equal(world.room(`room${i}`).rights.operators.length, command === "/op" ? 1 : 0);
      }
    }
    t.equal(world.store.saidIn(world.room("Hall").id).length, 64);
    t.equal(world.store.calls.append - before, 4, "each time the lines, and a moment later the commands");
  },
);
