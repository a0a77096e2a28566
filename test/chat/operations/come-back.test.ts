import t from "tap";
import { FIRST_CODES } from "../../../src/ports/absence.ts";
import { signIn } from "../../../src/chat/sessions/sign-in.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import { NOWHERE } from "../../../src/ports/absence.ts";
import { aNode } from "../../support/world/node.ts";
import { aWorld, FakeOutlet, type Person, type World } from "../../support/world/people.ts";

const GRACE_MS = 600_000;

/** A world with ann, who owns the private room Cellar and the public room Garden, and ben, who was invited to Cellar. */
async function aHouse(): Promise<{ world: World; ann: Person; ben: Person }> {
  const world = await aWorld({ graceMs: GRACE_MS });
  const [ann, ben] = await world.enterAll("ann", "ben");
  await ann.says("/create Garden", "/create_private Cellar", "/join Cellar", "/invite ben");
  await ben.says("/join Cellar");
  for (const person of [ann, ben]) person.heard();
  return { world, ann, ben };
}

t.test("whoever comes back is where they were, may do what they might, and sees what was said meanwhile", async (t) => {
  const { world, ann, ben } = await aHouse();
  await ann.breaks();
  t.same(ben.heard(), ["[*]: User ann left lobby.", "[*]: User ann left Cellar."]);
  await world.clock.pass(1000);
  await ben.says("are you there?", "/me waits");
  const again = await world.enters("ann");
  t.equal(again.session.id, ann.session.id);
  t.same(again.heard(), [
    "You are back in lobby. Nothing was said meanwhile.",
    "You are back in Cellar. 2 lines were said meanwhile.",
    "-- last 2 lines in Cellar (times UTC) --",
    "1 11:06 [ben]: are you there?",
    "2 11:06 * ben waits",
    "You are now talking in Cellar.",
  ]);
  t.same(ben.heard(), ["[*]: User ann joined lobby.", "[*]: User ann joined Cellar."]);
  t.same(await again.says("here I am"), []);
  t.same(ben.heard(), ["[ann]: here I am"], "in the room that she talked in");
  t.equal(await again.refusal("/destroy Garden"), null, "she owns the room that she was not in");
  t.equal(await again.refusal("/kick ben"), null, "and keeps order in the one that she was in");
  t.same(again.session.created.length, 2, "and both count as hers");
});

t.test("a private room that all have left by broken connections is there when they come back", async (t) => {
  const { world, ann, ben } = await aHouse();
  await ann.breaks();
  await ben.breaks();
  await world.clock.pass(GRACE_MS - 2);
  const again = await world.enters("ben");
  t.match(again.heard().at(-2), "You are back in Cellar. Nothing was said meanwhile.");
  t.equal(world.room("Cellar").owner, ann.session.id);
  await world.clock.pass(1);
  t.equal(world.room("Cellar").owner, again.session.id, "when its owner does not come back, it is passed on");
});

t.test("when the owner leaves for good, a member who may come back gets the private room", async (t) => {
  const { world, ann, ben } = await aHouse();
  await ben.breaks();
  await ann.says("hello");
  await ann.ends();
  await world.clock.pass(1000);
  t.equal(world.room("Cellar").owner, ben.session.id);
  const again = await world.enters("ben");
  t.equal(await again.refusal("/topic mine"), null);
  await again.ends();
  await world.clock.pass(1000);
  t.throws(() => world.room("Cellar"), "with nobody left it ends");
});

t.test("when the time is over, the private room ends, and the public one is the next one's", async (t) => {
  const { world, ann, ben } = await aHouse();
  await ben.ends();
  await ann.breaks();
  const room = world.room("Garden");
  await world.clock.pass(GRACE_MS);
  t.throws(() => world.room("Cellar"));
  t.equal(room.owner, null);
  const again = await world.enters("ann");
  t.not(again.session.id, ann.session.id);
  t.match(again.heard(), []);
});

/** What somebody who is there was told to come back by. */
function codeOf({ context }: World, { session }: Person): string {
  const codes = context.presence.find(session.name.key)?.codes;
  return context.returnCodes.of(session.id, codes?.at(-1) ?? 0);
}

t.test("from another address the code brings back, also while the old connection seems to be there", async (t) => {
  const { world, ann } = await aHouse();
  const code = codeOf(world, ann);
  const [elsewhere] = ["198.51.100.1"];
  await t.rejects(world.entersFrom(elsewhere, "ann:0000-0000"), { code: "wrong-code" });
  ann.outlet.close = () => void ann.breaks();
  const again = await world.entersFrom(elsewhere, `ANN:${code.toLowerCase().replace("-", "")}`);
  t.equal(again.session.id, ann.session.id);
  const next = codeOf(world, again);
  await again.breaks();
  await t.rejects(world.entersFrom("203.0.113.7", "ann"), { code: "name-kept" });
  await t.rejects(world.entersFrom("203.0.113.7", `ann:${code}`), { code: "wrong-code" }, "each brings back once");
  t.equal((await world.entersFrom("203.0.113.7", `ann:${next}`)).session.id, ann.session.id);
});

t.test(
  "a neighbour who came back by the address is sent away by the code of whoever began, and for good",
  async (t) => {
    const { world, ann } = await aHouse();
    const code = codeOf(world, ann);
    await ann.breaks();
    const neighbour = await world.enters("ann");
    const theirs = codeOf(world, neighbour);
    t.not(theirs, code);
    neighbour.outlet.close = () => void neighbour.breaks();
    const again = await world.entersFrom("198.51.100.1", `ann:${code}`);
    t.equal(again.session.id, ann.session.id);
    await t.rejects(world.enters(`ann:${theirs}`), { code: "wrong-code" });
    const now = codeOf(world, again);
    t.notOk([code, theirs].includes(now));
    await again.breaks();
    await t.rejects(world.entersFrom("203.0.113.7", `ann:${theirs}`), { code: "wrong-code" });
    t.equal((await world.entersFrom("203.0.113.7", `ann:${now}`)).session.id, ann.session.id);
  },
);

t.test("a code that was told after a return by the address holds after the return of a neighbour, too", async (t) => {
  const { world, ann } = await aHouse();
  const first = codeOf(world, ann);
  await ann.breaks();
  const again = await world.enters("ann");
  const latest = codeOf(world, again);
  await again.breaks();
  const neighbour = await world.enters("ann");
  const theirs = codeOf(world, neighbour);
  neighbour.outlet.close = () => void neighbour.breaks();
  const back = await world.entersFrom("198.51.100.1", `ann:${latest}`);
  t.equal(back.session.id, ann.session.id);
  await back.breaks();
  for (const code of [latest, theirs]) {
    await t.rejects(world.entersFrom("203.0.113.7", `ann:${code}`), { code: "wrong-code" });
  }
  t.equal((await world.entersFrom("203.0.113.7", `ann:${first}`)).session.id, ann.session.id);
});

t.test("a neighbour who comes back by their own code cannot keep away whoever began", async (t) => {
  const { world, ann } = await aHouse();
  const code = codeOf(world, ann);
  await ann.breaks();
  const neighbour = await world.enters("ann");
  const theirs = codeOf(world, neighbour);
  await neighbour.breaks();
  const next = await world.entersFrom("203.0.113.7", `ann:${theirs}`);
  next.outlet.close = () => void next.breaks();
  t.equal((await world.entersFrom("198.51.100.1", `ann:${code}`)).session.id, ann.session.id);
});

t.test("whoever gave no sign comes back by the code alone", async (t) => {
  const { world, ann } = await aHouse();
  const code = codeOf(world, ann);
  await ann.breaks({ reason: "gave-no-sign" });
  await t.rejects(world.enters("ann:0000-0000"), { code: "wrong-code" }, "a mistyped code ends nothing");
  const again = await world.enters(`ann:${code}`);
  t.equal(again.session.id, ann.session.id);
  await again.breaks({ reason: "gave-no-sign" });
  await t.rejects(world.entersFrom("198.51.100.1", "ann"), { code: "name-kept" }, "nobody elsewhere ends it");
  const other = await world.enters("ann");
  t.not(other.session.id, ann.session.id);
  t.equal(await other.refusal("/join Cellar"), "no-such-room", "the name alone brings nothing");
  await world.clock.turn();
  t.equal(world.room("Garden").owner, null);
});

t.test("what somebody left who is banned by now comes back to nobody", async (t) => {
  for (const subject of ["192.0.2.1", "192.0.2.0/24"]) {
    const { world, ann } = await aHouse();
    const code = codeOf(world, ann);
    await ann.breaks();
    // As a node that had not heard of the absence.
    await world.context.bans.add({ subject, untilMicros: null, reason: "", author: "root", atMicros: 1 });
    const outlet = Object.assign(new FakeOutlet(), { address: "198.51.100.1" });
    t.match(await signIn(world.context, `ann:${code}`, outlet), { back: null, isTooLate: true, hasEndedKept: false });
    await world.clock.turn();
    t.equal(world.room("Garden").owner, null);
  }
});

t.test("more lines than are shown are counted, and more than are counted are said to be more", async (t) => {
  const { world, ann, ben } = await aHouse();
  await ann.breaks();
  await world.clock.pass(1);
  for (let i = 1; i <= 51; i++) await ben.says(`line ${i}`);
  const again = await world.enters("ann");
  const heard = again.heard();
  t.equal(heard[1], "You are back in Cellar. 51 lines were said meanwhile.");
  t.match([heard.length, heard[2], heard.at(-2)], [54, "-- last 50 lines in Cellar (times UTC) --", /line 51$/]);
  await again.breaks();
  await world.clock.pass(1);
  for (let i = 1; i <= 200; i++) await ben.says(`line ${i}`);
  t.equal((await world.enters("ann")).heard()[1], "You are back in Cellar. More than 199 lines were said meanwhile.");
});

t.test("whoever is told that what was said cannot be read is in the room all the same", async (t) => {
  const { world, ann, ben } = await aHouse();
  await ann.breaks();
  await ben.says("hello");
  await ben.breaks();
  world.store.fail("history", new Error("no"));
  const again = await world.enters("ann");
  t.match(again.heard().at(-2), "You are back in Cellar. Earlier messages cannot be shown right now.");
  t.ok(world.room("Cellar").members.has(again.session));
});

t.test("whoever was at another node is in a room that this one has not heard of yet", async (t) => {
  const node = await aNode({ graceMs: GRACE_MS });
  const name = parseRoomName("Far");
  if (!name) throw new Error("no name");
  const made = await node.store.createRoom({ name, isPrivate: true, authorId: 999, author: "ann" });
  if (!made) throw new Error("the name is taken");
  const what = { hasRightsIn: [], standing: 0, seenMicros: 0, untilMicros: 1, needsCode: false };
  const left = { ...NOWHERE, rooms: [made.id], current: made.id, ...what };
  node.presence.claim = (newcomer) => {
    const { name, address, sinceMicros } = newcomer;
    const ann = { id: 999, name, address, sinceMicros, codes: FIRST_CODES };
    node.presence.add({ ...ann, rooms: new Map(), node: null });
    return Promise.resolve({ isHeld: true, back: { ...left, ...ann } });
  };
  const again = await node.enters("ann");
  t.same(again.heard(), ["You are back in Far. Nothing was said meanwhile."]);
  t.equal(await again.refusal("/topic mine"), null, "with all that they may do there");
});

t.test("whoever comes back still ignores whom they did: those lines were not missed", async (t) => {
  const { world, ann, ben } = await aHouse();
  const [troll] = await world.enterAll("troll");
  await ann.says("/ignore Troll", "/join lobby");
  await ann.breaks();
  await world.clock.pass(1000);
  await troll.says("you stink");
  await ben.says("/join lobby", "hello");
  const again = await world.enters("ann");
  t.same(again.heard().slice(0, 3), [
    "You are back in lobby. 1 line was said meanwhile.",
    "-- last 1 line in lobby (times UTC) --",
    "2 11:06 [ben]: hello",
  ]);
  await troll.says("all of you");
  t.same(again.heard(), []);
  t.same(await again.says("/ignore"), ["You ignore: troll"]);
});

t.test("whoever comes back is no newcomer from an address that was banned, unless the ban is on them", async (t) => {
  const { world, ann, ben } = await aHouse();
  const [troll] = await world.enterAll("troll");
  await ann.says("/join Garden");
  for (const person of [ben, troll]) await person.says("/join Garden");
  await ann.says("/op troll");
  for (const person of [ben, troll]) await person.breaks();
  await ann.says("/ban troll");
  t.same(world.room("Garden").rights.operators, [], "what the troll may do is gone, too");
  const [again, trollAgain, other] = await world.enterAll("ben", "troll", "other");
  t.equal(again.session.current, world.room("Garden"));
  t.notOk(trollAgain.session.rooms.includes(world.room("Garden")));
  t.equal(await trollAgain.refusal("/join Garden"), "banned");
  t.equal(await other.refusal("/join Garden"), "address-banned", "the address is known of who is away");
});

t.test("a room that all have left by broken connections is not open to a banned address", async (t) => {
  const { world, ann, ben } = await aHouse();
  await ann.says("/join Garden");
  const troll = await world.entersFrom("192.0.2.9", "troll");
  await troll.says("/join Garden");
  await ann.says("/ban troll");
  for (const person of [ann, ben]) await person.breaks();
  const again = await world.entersFrom("192.0.2.9", "troll2");
  t.equal(await again.refusal("/join Garden"), "address-banned");
  await world.clock.pass(GRACE_MS);
  t.match(await again.says("/join Garden"), [/troll2 joined Garden/, /troll2 now owns Garden/]);
});
