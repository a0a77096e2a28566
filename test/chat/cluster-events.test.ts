import t from "tap";
import { kinds } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";
import { encodeChange } from "../../src/domain/change.ts";
import { aNode } from "../support/world/node.ts";
import { aWorld } from "../support/world/people.ts";

const CUT_OFF =
  "This server cannot reach its database. What you type is waiting, and you will see what others say when it is back.";

t.test("people elsewhere are seen in the room, coming and going", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  const far = node.elsewhere("far", 999, "lobby");
  node.presence.follower?.joined(far, node.room("lobby").id);
  t.same(one.heard(), ["[*]: User far joined lobby."]);
  t.same(await one.says("/users lobby"), ["Users in lobby: far, one"]);
  node.presence.follower?.left(far, node.room("lobby").id);
  t.same(one.heard(), ["[*]: User far left lobby."]);
});

t.test("who is put out elsewhere is not said to leave, too", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  const far = node.elsewhere("far", 999, "Planes");
  t.same(await one.says("/kick far"), ["User far was kicked from Planes."]);
  const { id } = node.room("Planes");
  node.presence.follower?.left(far, id);
  t.same(one.heard(), []);
  node.presence.follower?.joined(far, id);
  node.presence.follower?.left(far, id);
  t.same(one.heard(), ["[*]: User far joined Planes.", "[*]: User far left Planes."], "the next time they are");
});

t.test("a whisper goes over the bus until it is answered, and comes to one person once", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  node.elsewhere("far", 999);
  one.types("/whisper far psst");
  await node.clock.turn();
  await node.clock.pass(1000);
  const asked = node.bus.published.filter((news) => news.type === "whisper");
  t.ok(asked.length > 1, "it was asked again");
  const [first] = asked;
  t.match(first, { to: 999, from: one.session.id, author: "one", text: "psst" });
  await node.hears({ type: "ack", id: first?.id ?? "", isThere: true });
  t.same(one.heard(), []);
  await node.clock.pass(60_000);
  t.equal(node.bus.published.filter((news) => news.type === "whisper").length, asked.length, "and not after that");
});

t.test("a whisper that nobody answers is said to be unknown, and one that came to nobody to be refused", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  node.elsewhere("far", 999);
  one.types("/whisper far psst");
  await node.clock.turn();
  await node.clock.pass(60_000);
  t.same(one.heard(), ["Your whisper may not have arrived: the other server does not answer. Try again in a moment."]);
  one.types("/whisper far psst");
  await node.clock.turn();
  const last = node.bus.published.findLast((news) => news.type === "whisper");
  await node.hears({ type: "ack", id: last?.id ?? "", isThere: false });
  t.same(one.heard(), ["This user is not online. Use /users to see online users."]);
});

t.test("a whisper from afar is shown once, however often it comes, and answered each time", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  const whisper = { type: "whisper", id: "999.1", to: one.session.id, from: 999, author: "far", text: "psst" } as const;
  await node.hears(whisper, whisper);
  t.same(one.heard(), ["<<far>>: psst", "Type /r TEXT to answer."]);
  const answers = node.bus.published.filter((news) => news.type === "ack");
  t.same(answers, Array(2).fill({ type: "ack", id: "999.1", isThere: true }));
  await node.hears({ ...whisper, id: "999.2", to: 12_345 });
  t.equal(node.bus.published.filter((news) => news.type === "ack").length, 2, "for others it does not answer");
  node.elsewhere("far", 999);
  t.same(await one.says("/reply hello"), []);
  t.match(node.bus.published.at(-1), { type: "whisper", to: 999, text: "hello" });
});

t.test("a node that is cut off says so, delivers nothing, and catches up when it is back", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  node.presence.follower?.isolated(true);
  node.presence.follower?.isolated(true);
  t.same(one.heard(), [`[*]: ${CUT_OFF}`]);
  t.same(await one.says("/whisper two psst"), [
    "This server cannot reach its database right now. Try again in a moment.",
  ]);
  two.heard();
  await one.says("hello");
  t.same(two.heard(), [], "though it was stored");
  t.same(node.watch.cuts, [true]);
  node.presence.follower?.isolated(false);
  await node.clock.pass(1000);
  t.same(two.heard(), ["[*]: This server reaches its database again.", "[one]: hello"]);
});

t.test("who lost their name is asked for another", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  node.presence.follower?.lostName(one.session.id);
  t.same(one.heard(), [
    "Your name was given to somebody else while this server was away. Please choose a different name.",
  ]);
  t.ok(one.outlet.isAskedAgain);
});

t.test("what the dead owned goes to the longest-present", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  const far = node.elsewhere("far", 999, "Planes");
  const rights = { ...node.room("Planes").rights, owner: far.id };
  await node.storedElsewhere("Planes", { ...encodeChange({ kind: "owner", user: far }), rights });
  await node.clock.pass(10_000);
  t.same(one.heard(), ["[*]: User far now owns Planes."]);
  node.presence.forget(far);
  node.presence.follower?.died([999], false);
  await node.clock.pass(1000);
  t.same(one.heard(), ["[*]: User one now owns Planes."]);
  t.equal(node.room("Planes").owner, one.session.id);
});

t.test("a line that the store cannot keep is refused alone", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const bad = new StoreError("bad-input", "no");
  world.store.fail("append", bad, bad, bad);
  for (const text of ["a", "b", "c", "d"]) one.types(text);
  await world.clock.turn();
  t.same(one.heard(), ["The server could not store this line. Please say it in other words."]);
  t.same(two.heard(), ["[one]: b", "[one]: c", "[one]: d"]);
});

t.test("who is asked from another node whether they are there answers for themselves, once", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  const ghost = { type: "probe", id: "999.1", to: one.session.id, address: one.outlet.address, isSame: false } as const;
  const answers = () => node.bus.published.filter((news) => news.type === "ack");
  await node.hears({ ...ghost, address: "198.51.100.1" });
  t.match(answers(), [{ id: "999.1", isThere: true }], "to somebody from elsewhere they are");
  await node.hears({ ...ghost, id: "999.2" });
  t.match(answers().at(-1), { id: "999.2", isThere: true }, "who has to be asked in words is, until they are gone");
  t.equal(one.outlet.asked, 1);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  one.outlet.answer = promise;
  await node.hears({ ...ghost, id: "999.3" });
  await node.hears({ ...ghost, id: "999.3" });
  t.equal(answers().length, 2, "not known yet");
  resolve(false);
  await node.clock.turn();
  t.equal(one.outlet.closed, "replaced");
  await one.ends();
  t.match(answers().slice(2), [{ id: "999.3", isThere: false }]);
});

t.test("whoever is known to be the one who asks is not asked: their connection is closed", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  const address = "198.51.100.1";
  await node.hears({ type: "probe", id: "999.1", to: one.session.id, address, isSame: true });
  t.same([one.outlet.closed, one.outlet.asked], ["replaced", 0]);
  await one.ends();
  t.match(node.bus.published.at(-1), { type: "ack", id: "999.1", isThere: false });
});

t.test("a name is free when its holder's node says that they are not there", async (t) => {
  const node = await aNode();
  const far = node.elsewhere("far", 999);
  const isThere = node.context.directMessages.isThere(far, far.address);
  await node.clock.turn();
  const asked = node.bus.published.at(-1);
  t.match(asked, { type: "probe", to: 999, address: far.address });
  if (asked?.type === "probe") await node.hears({ type: "ack", id: asked.id, isThere: false });
  t.equal(await isThere, false);
  const unanswered = node.context.directMessages.isThere(far, far.address);
  await node.clock.pass(60_000);
  t.equal(await unanswered, null, "where nobody answers, nobody knows");
});

t.test("the question is answered when its holder's node is found dead, or does not know them any more", async (t) => {
  const node = await aNode();
  const far = node.elsewhere("far", 999);
  const first = node.context.directMessages.isThere(far, far.address);
  await node.clock.turn();
  node.presence.forget(far);
  node.presence.follower?.died([999], false);
  t.equal(await first, false);
  const other = node.elsewhere("far", 999);
  const second = node.context.directMessages.isThere(other, far.address);
  await node.clock.turn();
  node.presence.forget(other);
  await node.clock.pass(1000);
  t.equal(await second, false);
});

t.test("a room whose owner is gone is passed on, where their node did not know that somebody is here", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/join Planes");
  const planes = node.room("Planes");
  planes.rights = { ...planes.rights, owner: 999 };
  await node.chat.compare();
  t.equal(planes.owner, 999, "they may be in no room, and are there");
  node.presence.gone = [999];
  await node.chat.compare();
  await node.clock.turn();
  t.same(one.heard().at(-1), "[*]: User one now owns Planes.");
  t.equal(node.store.entriesOf(planes.id).at(-1)?.body, encodeChange({ kind: "owner", user: one.session.who }).body);
  const before = node.store.calls.append;
  await node.chat.compare();
  await node.clock.turn();
  t.equal(node.store.calls.append, before, "once");
});

t.test("a private room where nobody is any more ends when its owner is gone, and no other does", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create_private Den", "/create_private Attic", "/create_private Shed", "/create_private Hut");
  await one.says("/create Planes");
  const rooms = ["Den", "Attic", "Shed", "Hut", "Planes"].map((name) => node.room(name));
  for (const room of rooms) room.rights = { ...room.rights, owner: 999 };
  const [den, attic, shed, hut, planes] = rooms;
  if (hut) hut.rights = { ...hut.rights, owner: null };
  node.elsewhere("far", 998, "Attic");
  node.presence.gone = [999];
  // It is somebody else's by now, of which this node has not heard.
  await node.storedElsewhere("Shed", { kind: kinds.owner, body: "998 far", rights: { ...NO_RIGHTS, owner: 998 } });
  await node.storedElsewhere("Den", { kind: kinds.owner, body: "999 far", rights: { ...NO_RIGHTS, owner: 999 } });
  await node.storedElsewhere("Hut", { kind: kinds.owner, body: "", rights: NO_RIGHTS });
  const compared = node.chat.compare();
  await node.clock.turn();
  await compared;
  await node.clock.turn();
  const ended = [den, attic, shed, hut, planes].filter((room) => room?.isDestroyed === true);
  t.same(ended, [den, hut]);
});

t.test("of a dead node's rooms where nobody here is, only the node that found it dead looks after", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  await one.says("/create Planes", "/create_private Den");
  const [planes, den] = [node.room("Planes"), node.room("Den")];
  for (const room of [planes, den]) room.rights = { ...room.rights, owner: 999 };
  const before = node.store.calls.append;
  node.presence.follower?.died([999], false);
  await node.clock.turn();
  t.equal(node.store.calls.append, before);
  node.presence.follower?.died([999], true);
  await node.clock.turn();
  t.match(node.store.entriesOf(den.id).at(-1), { kind: kinds.destroyed }, "a private one ends");
  t.match(node.store.entriesOf(planes.id), [{ kind: kinds.created }], "a public one waits for the next to join");
  t.equal(planes.owner, null);
});

t.test("of a room whose owner is gone, whoever is there is the next owner, and not who comes", async (t) => {
  const node = await aNode({ roomsCreatedPerUser: 1 });
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/create Trains");
  const planes = node.room("Planes");
  planes.rights = { ...planes.rights, owner: 999 };
  node.presence.gone = [999];
  await two.says("/join Planes");
  await node.clock.turn();
  t.equal(planes.owner, one.session.id);
});

t.test("a room whose owner went without a trace in the store is owned by the next to join, at any node", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes");
  await one.ends();
  const [left] = await node.store.rooms({ ids: [node.room("Planes").id] });
  t.equal(left?.rights.owner, one.session.id, "that is what a node reads who follows it from now on");
  t.equal((await two.says("/join Planes")).length, 1, "while nobody knows that the owner is gone, it has one");
  node.presence.gone = [one.session.id];
  await two.says("/leave");
  t.same((await two.says("/join Planes")).at(-1), "[*]: User two now owns Planes.");
});

t.test("a lobby that cannot be read now leaves nobody without a word", async (t) => {
  const node = await aNode();
  node.store.fail("rooms", new StoreError("unavailable", "away"));
  const one = await node.enters("one");
  t.same(one.heard(), ["You cannot enter lobby right now. Try /join lobby in a moment."]);
  t.same(await one.says("/join lobby"), ["[*]: User one joined lobby."]);
});

t.test(
  "a line that needs rules which a node cannot learn while it is cut off waits, and asks the store seldom",
  async (t) => {
    const node = await aNode();
    const [one, two] = await node.enterAll("one", "two");
    const rights = { ...NO_RIGHTS, operators: [two.session.id] };
    await node.storedElsewhere("lobby", { ...encodeChange({ kind: "operator", user: two.session.who }), rights });
    node.presence.follower?.isolated(true);
    const before = node.store.calls.append;
    one.types("hello");
    await node.clock.turn();
    await node.clock.pass(1000);
    t.ok(node.store.calls.append - before <= 22, `${node.store.calls.append - before} times in a second`);
    t.same(node.store.saidIn(node.room("lobby").id), []);
    node.presence.follower?.isolated(false);
    await node.clock.pass(2000);
    t.same(node.store.saidIn(node.room("lobby").id), ["hello"]);
    t.match(two.heard().at(-1), "[one]: hello");
  },
);

t.test("somebody at another node who was kicked is not there for the next kick, before their node tells", async (t) => {
  const node = await aNode({ lobby: null });
  const [one, two] = await node.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  node.elsewhere("far", 999, "Planes");
  await one.says("/op two");
  two.heard();
  one.types("/kick far");
  two.types("/kick far");
  await node.clock.turn();
  t.equal(node.watch.refusals.at(-1), "not-there");
  const kicks = node.store.entriesOf(node.room("Planes").id).filter(({ kind }) => kind === kinds.kicked);
  t.equal(kicks.length, 1);
});
