import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { aNode } from "../support/world/node.ts";
import { aWorld } from "../support/world/people.ts";

const NOT_SENT = "You are talking in no room now: this was not sent. Type /join lobby to talk there.";
const NOWHERE = "You talk in no room right now. Type /join lobby to talk there.";
const NO_ROOM =
  "Incomplete command or message sent without joining a room first. Type /help to see available commands. /rooms lists the rooms.";
const HALF = "the code of the safe ";

/** Ann, who owns the private room Vault, ben in it, and eve in the lobby, where the others are too. */
async function aVault() {
  const world = await aWorld();
  const [ann, ben, eve] = await world.enterAll("ann", "ben", "eve");
  await ann.says("/create_private Vault", "/join Vault", "/invite ben");
  await ben.says("/join Vault");
  for (const person of [ann, ben, eve]) person.heard();
  return { world, ann, ben, eve };
}

const ENDS: readonly (readonly [string, string])[] = [
  ["/destroy Vault", "[*]: Room Vault was destroyed."],
  ["/kick ben", "[*]: You were kicked from Vault by ann."],
  ["/ban ben", "[*]: You were banned from Vault by ann."],
];

for (const [command, told] of ENDS) {
  t.test(`what is typed for a room that ${command} takes away goes nowhere`, async (t) => {
    const { world, ann, ben, eve } = await aVault();
    await ann.says(command);
    t.same(ben.heard(), [told, NOWHERE]);
    t.same(await ben.says("the code of the safe is 4711", "/me whispers the code"), [NOT_SENT, NOT_SENT]);
    t.same(eve.heard(), []);
    t.same(world.store.saidIn(world.room("lobby").id), []);
    t.same(world.watch.refusals, ["no-current-room", "no-current-room"]);
    t.same(await ben.says("/join lobby", "now for all"), ["You are now talking in lobby."]);
    t.same(eve.heard(), ["[ben]: now for all"]);
  });
}

for (const [command] of ENDS) {
  t.test(`what is typed for a room by its name goes nowhere after ${command}, also from another room`, async (t) => {
    const { world, ann, ben, eve } = await aVault();
    await ben.says("/join lobby");
    await ann.says(command);
    t.equal(await ben.refusal("#Vault the code of the safe is 4711"), "no-named-room");
    t.equal(await ben.refusal("/say Vault the code of the safe is 4711"), "no-such-room");
    t.same(eve.heard(), []);
    t.same(world.store.saidIn(world.room("lobby").id), []);
    t.same(await ben.says("##Vault is gone"), []);
    t.same(eve.heard(), ["[ben]: #Vault is gone"]);
  });
}

t.test("no command acts on a room that was not chosen", async (t) => {
  const { world, ann, ben, eve } = await aVault();
  await ann.says("/kick ben");
  ben.heard();
  const commands = ["/topic", "/topic mine", "/kick eve", "/ban eve", "/unban eve", "/op eve", "/deop eve"];
  for (const command of [...commands, "/invite eve", "/history", "/leave"]) {
    t.same(await ben.says(command), [NOT_SENT], command);
  }
  t.same(eve.heard(), []);
  t.equal(world.room("lobby").topic, "");
  t.same(await ben.says("/users lobby", "/whisper eve psst"), ["Users in lobby: ann, ben, eve"]);
  t.same(
    await ben.says("/leave lobby"),
    ["You left room lobby.", "You are in no room right now. /rooms lists the rooms."],
    "what names its room goes on",
  );
  t.same(await ben.says("hello?"), [NO_ROOM], "and where there is no room left there is none to name");
});

t.test("what others say in the rooms that are left is shown with their names", async (t) => {
  const { ann, ben, eve } = await aVault();
  await ann.says("/kick ben");
  ben.heard();
  await eve.says("hello");
  t.same(ben.heard(), ["#lobby [eve]: hello"]);
});

t.test("the room that was joined last of those that are left is named", async (t) => {
  const { ann, ben } = await aVault();
  await ben.says("/create Planes", "/join Planes", "/join Vault");
  await ann.says("/kick ben");
  t.same(ben.heard().slice(-1), ["You talk in no room right now. Type /join Planes to talk there."]);
});

t.test("a room that is not the current one may be taken away, and one goes on talking", async (t) => {
  const { ann, ben, eve } = await aVault();
  await ben.says("/join lobby");
  await ann.says("/destroy Vault");
  t.same(ben.heard(), ["[*]: Room Vault was destroyed."]);
  t.same(await ben.says("hello"), []);
  t.same(eve.heard(), ["[ben]: hello"]);
});

t.test("in no other room, one is told what is always told there", async (t) => {
  const { ann, ben } = await aVault();
  await ben.says("/leave lobby");
  await ann.says("/kick ben");
  t.same(ben.heard(), ["[*]: You were kicked from Vault by ann."]);
  t.same(await ben.says("hello?", "/me waves"), [NO_ROOM, NO_ROOM]);
});

t.test("who leaves or ends a room by their own wish goes on in the one before", async (t) => {
  const { ann, ben, eve } = await aVault();
  t.same(await ben.says("/leave", "from ben"), ["You left room Vault.", "You are now talking in lobby."]);
  t.same(await ann.says("/destroy Vault", "from ann"), ["Room Vault destroyed.", "You are now talking in lobby."]);
  t.same(eve.heard(), ["[ben]: from ben", "[ann]: from ann"]);
});

t.test("an act that waits for lines before it goes nowhere when its room ends meanwhile", async (t) => {
  const { world, ann, ben, eve } = await aVault();
  const release = world.store.hold("append");
  ann.types("/destroy Vault");
  await world.clock.turn();
  ben.types("too late");
  ben.types("/me is too late");
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.same(ben.heard(), [
    "[*]: Room Vault was destroyed.",
    NOWHERE,
    "There is no room with this name. /rooms lists the rooms.",
    NOT_SENT,
  ]);
  t.same(eve.heard(), []);
});

t.test("a room that a restored database does not have any more is gone, and nothing is said elsewhere", async (t) => {
  const node = await aNode();
  const [ben, eve] = await node.enterAll("ben", "eve");
  await ben.says("/create Planes", "/join Planes", "hello");
  await node.clock.pass(5000);
  node.store.forgetLast(node.room("Planes").id, 1);
  node.store.closeStream(node.room("Planes").id);
  const compared = node.chat.compare();
  await node.clock.turn();
  await compared;
  t.same(ben.heard(), ["[*]: The database was restored: the room Planes is no longer in it.", NOWHERE]);
  t.same(await ben.says("the code"), [NOT_SENT]);
  t.same(eve.heard(), []);
});

/** The keys of a line that was begun, and the rest of it, from a telnet that sends them one by one or line by line. */
const TELNETS: readonly (readonly [string, Buffer])[] = [
  ["line by line", Buffer.alloc(0)],
  // IAC DO ECHO, IAC DO SUPPRESS-GO-AHEAD
  ["key by key", Buffer.of(255, 253, 1, 255, 253, 3)],
];

for (const [how, options] of TELNETS) {
  t.test(`a line that was begun when its room ended is not sent, typed ${how}`, async (t: Test) => {
    const { port } = await aDaemon(t);
    const ann = await Client.login(t, port, "ann");
    const ben = await Client.login(t, port, "ben");
    const eve = await Client.login(t, port, "eve");
    await ann.ask("/create_private Vault", "/join Vault", "/invite ben");
    await ben.ask("/join Vault");
    await eve.settle();
    ben.socket.write(Buffer.concat([options, Buffer.from(HALF)]));
    if (options.length > 0) await ben.until(() => ben.raw.includes(HALF), "the echo of what was begun");
    await ann.ask("/destroy Vault");
    await ben.until(() => ben.raw.includes(NOWHERE), "the end of the room");
    ben.socket.write("is 4711\r\n");
    await ben.until(() => ben.raw.includes(NOT_SENT), "the refusal");
    t.same(await eve.settle(), []);
    t.notMatch(eve.raw.toString(), "4711");
    t.same((await eve.ask("/history lobby")).join(), "Nothing has been said in lobby yet.");
  });
}
