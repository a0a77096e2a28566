import t from "tap";
import { MAX_BAN_MS } from "../../src/domain/duration.ts";
import { kinds } from "../../src/domain/entry.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { aNode } from "../support/world/node.ts";
import { afterCrash } from "../support/world/people.ts";
import { inPlanes } from "../support/world/planes.ts";

/** Follows where the ban is on the address of the user, too. */
const ADDRESS_TOO = "Nobody new may join from the same address, either; /unban two lifts both.";

t.test("puts somebody out and keeps them out, and tells everybody", async (t) => {
  const { one, two, three } = await inPlanes();
  t.same(await one.says("/ban two"), [`User two is banned from Planes until /unban. ${ADDRESS_TOO}`]);
  t.same(two.heard(), ["[*]: You were banned from Planes by one."]);
  t.same(three.heard(), ["[*]: User two was banned from Planes by one."]);
  for (const line of ["/join Planes", "/history Planes"]) t.equal(await two.refusal(line), "banned", line);
});

t.test("holds for a time, where one is given", async (t) => {
  const { world, one, two } = await inPlanes();
  t.same(await one.says("/ban two 10m"), [`User two is banned from Planes for 10m. ${ADDRESS_TOO}`]);
  await world.clock.pass(10 * 60_000 - 1);
  t.equal(await two.refusal("/join Planes"), "banned");
  await world.clock.pass(1);
  t.same(await two.says("/join Planes"), ["[*]: User two joined Planes."]);
});

t.test("a time that is none is refused", async (t) => {
  const { one } = await inPlanes();
  const words = ["10", "0", "0s", "-1h", "1y", "10m10", ".5.5h", "3 times rude"];
  for (const word of words) t.equal(await one.refusal(`/ban two ${word}`), "not-a-duration", word);
});

t.test("tells everybody in the room why, where a reason is given, with a time or without", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await one.says("/ban two 10m spam,  again");
  t.same(two.heard(), ["[*]: You were banned from Planes by one for 10 minutes: spam,  again"]);
  t.same(three.heard(), ["[*]: User two was banned from Planes by one: spam,  again"]);
  const again = await world.enters("again");
  const refusal =
    "You are banned from this room until 11:17 UTC. Its owner can lift that with /unban. Reason: spam,  again.";
  t.same(await two.says("/join Planes"), [refusal]);
  again.heard();
  t.notMatch(await again.says("/join Planes"), [/spam/], "nor those at the address, whom it does not concern");
  await one.says("/ban three being rude");
  t.same(three.heard(), ["[*]: You were banned from Planes by one: being rude"]);
});

t.test("tells who bans the end and the reason: a time that is mistyped is a reason, and no time", async (t) => {
  const { one } = await inPlanes();
  t.same(await one.says("/ban two tomorrow"), [
    `User two is banned from Planes until /unban. Reason: tomorrow. ${ADDRESS_TOO}`,
  ]);
  t.same(await one.says("/ban nobody 10m Spam!"), ["User nobody is banned from Planes for 10m. Reason: Spam!"]);
});

t.test("takes a reason of a hundred characters, and none that is longer", async (t) => {
  const { one, two } = await inPlanes();
  t.equal(await one.refusal(`/ban two 10m ${"\u{1f6eb}".repeat(101)}`), "reason-too-long");
  t.same(two.heard(), []);
  await one.says(`/ban two 10m ${"\u{1f6eb}".repeat(100)}`);
  t.match(two.heard(), [/ for 10 minutes: \u{1f6eb}{100}$/u]);
});

t.test("keeps nothing of an earlier reason when it is given anew", async (t) => {
  const { one, two } = await inPlanes();
  await one.says("/ban two 10m spam", "/ban two 1h");
  t.same(await two.says("/join Planes"), [
    "You are banned from this room until 12:07 UTC. Its owner can lift that with /unban.",
  ]);
});

t.test("lasts up to a hundred years, and what is to last longer is given no time", async (t) => {
  const { world, one, two } = await inPlanes();
  t.same(await one.says("/ban two 36500d"), [`User two is banned from Planes for 36500d. ${ADDRESS_TOO}`]);
  await world.clock.pass(MAX_BAN_MS - 1);
  t.equal(await two.refusal("/join Planes"), "banned");
  for (const time of ["876000.001h", "36500.001d", "999999999d"]) {
    t.equal(await one.refusal(`/ban three ${time}`), "ban-too-long", time);
  }
});

t.test("holds for the name, whoever has it next, and not for others", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await one.says("/ban two");
  await two.ends();
  await three.ends();
  const [again, other] = [await world.entersFrom("192.0.2.2", "TWO"), await world.entersFrom("192.0.2.2", "three")];
  t.equal(await again.refusal("/join Planes"), "banned");
  t.same(await other.says("/join Planes"), ["[*]: User three joined Planes."]);
});

t.test("tells for how long and until when, where a time is given", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("/ban two 10m");
  t.same(two.heard(), ["[*]: You were banned from Planes by one for 10 minutes."]);
  t.same(await two.says("/join Planes"), [
    "You are banned from this room until 11:17 UTC. Its owner can lift that with /unban.",
  ]);
  const again = await world.enters("again");
  again.heard();
  t.same(await again.says("/join Planes"), [
    "Somebody at your address is banned from this room until 11:17 UTC, and nobody new may join from there. Its owner can lift that with /unban.",
  ]);
});

t.test("holds for the address of the session: another name from there does not help, until the ban ends", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("/ban two 1h");
  await two.ends();
  const [again] = await world.enterAll("two2");
  for (const line of ["/join Planes", "/history Planes"]) t.equal(await again.refusal(line), "address-banned", line);
  const other = await world.entersFrom("192.0.2.2", "other");
  t.match(await other.says("/join Planes"), [/User other joined/], "elsewhere nobody is concerned");
  await world.clock.pass(60 * 60_000);
  t.same(await again.says("/join Planes"), ["[*]: User two2 joined Planes."]);
});

t.test("keeps nobody else out of their other rooms, nor out of the room where they are already", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await one.says("/create Trains", "/ban two");
  t.same(three.heard().slice(-1), ["[*]: User two was banned from Planes by one."]);
  t.same(await three.says("I am still here"), []);
  t.same(await three.says("/join Trains", "/join Planes"), [
    "[*]: User three joined Trains.",
    "You are now talking in Planes.",
  ]);
  t.equal(two.session.rooms.length, 0);
  await three.says("/leave");
  t.equal(await three.refusal("/join Planes"), "address-banned", "who left is a newcomer");
  const [four] = await world.enterAll("four");
  t.match(await four.says("/join Trains"), [/User four joined/]);
});

t.test("never keeps the owner and operators out, whoever is banned at their address", async (t) => {
  const { one, two, three } = await inPlanes();
  await one.says("/op three", "/ban two");
  for (const keeper of [one, three]) {
    await keeper.says("/leave");
    t.match(await keeper.says("/join Planes"), [/joined Planes/]);
  }
  t.equal(await two.refusal("/join Planes"), "banned");
});

t.test("does not close an empty room to an address, where perhaps nobody is left who could lift it", async (t) => {
  const { world, one, three } = await inPlanes();
  await one.says("/ban two");
  for (const person of [one, three]) await person.ends();
  const [four, five] = await world.enterAll("four", "five");
  t.match(await four.says("/history Planes", "/join Planes"), [/Nothing/, /four joined/, /four now owns/]);
  t.equal(await five.refusal("/join Planes"), "address-banned");
  await four.says("/unban two");
  t.match(await five.says("/join Planes"), [/five joined/]);
});

t.test("is lifted as a whole, and nobody else's with it", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await one.says("/ban two", "/ban three", "/unban two");
  t.equal(await two.refusal("/join Planes"), "address-banned", "three has the same address, and is banned");
  t.same(await one.says("/unban three"), ["User three may join Planes again."]);
  for (const person of [two, three]) t.match(await person.says("/join Planes"), [/joined Planes/]);
  const [four] = await world.enterAll("four");
  t.match(await four.says("/join Planes"), [/User four joined/]);
});

t.test("counts the /64 of an IPv6 address as one", async (t) => {
  const { world, one } = await inPlanes();
  const troll = await world.entersFrom("2001:db8:1:2::1", "troll");
  await troll.says("/join Planes");
  await one.says("/ban troll");
  const [near, far] = [
    await world.entersFrom("2001:db8:1:2:ffff::9", "near"),
    await world.entersFrom("2001:db8:1:3::1", "far"),
  ];
  t.equal(await near.refusal("/join Planes"), "address-banned");
  t.match(await far.says("/join Planes"), [/User far joined/]);
});

t.test("stays on the address when it is given another time while nobody has the name", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("/ban two 1m");
  await two.ends();
  t.same(await one.says("/ban two 1h"), [`User two is banned from Planes for 1h. ${ADDRESS_TOO}`]);
  await world.clock.pass(60_000);
  const [again] = await world.enterAll("two2");
  t.equal(await again.refusal("/join Planes"), "address-banned");
});

t.test("is on the name alone where nobody has it, and behind a trusted proxy", async (t) => {
  const { world, one, two } = await inPlanes();
  await two.ends();
  t.same(await one.says("/ban two"), ["User two is banned from Planes until /unban."]);
  const [other] = await world.enterAll("other");
  t.match(await other.says("/join Planes"), [/User other joined/]);

  const { port } = await aDaemon(t, { lobby: "none", trustedProxy: ["127.0.0.1"] });
  const [ann, troll] = [await Client.login(t, port, "ann"), await Client.login(t, port, "troll")];
  await ann.ask("/create Planes", "/join Planes");
  await troll.ask("/join Planes");
  t.same(await ann.ask("/ban troll"), ["User troll is banned from Planes until /unban."]);
  const again = await Client.login(t, port, "troll2");
  t.match(await again.ask("/join Planes"), [/User troll2 joined/]);
});

t.test("holds for the address over sockets, too, where no proxy is trusted", async (t) => {
  const { port } = await aDaemon(t, { lobby: "none" });
  const [ann, troll] = [await Client.login(t, port, "ann"), await Client.login(t, port, "troll")];
  await ann.ask("/create Planes", "/join Planes");
  await troll.ask("/join Planes");
  await ann.ask("/ban troll");
  const again = await Client.login(t, port, "troll2");
  t.match(await again.ask("/join Planes"), [/^Somebody at your address is banned from this room/]);
});

t.test("holds at all nodes: for the address of somebody elsewhere, and where another node has stored it", async (t) => {
  const node = await aNode();
  const one = await node.entersFrom("192.0.2.7", "one");
  await one.says("/create Planes", "/join Planes");
  // They are at 192.0.2.1.
  node.elsewhere("far", 999, "Planes");
  await one.says("/ban far");
  const [near] = await node.enterAll("near");
  t.equal(await near.refusal("/join Planes"), "address-banned");
  const { id } = node.room("Planes");
  const [record] = await node.store.rooms({ ids: [id] });
  t.match(record?.rights.bans, [{ name: "far", by: "one", network: "192.0.2.1", reason: "" }]);

  const body = `998 Troll ${node.clock.micros() + 60_000_000} 192.0.2.8 spam`;
  const entry = await node.storedElsewhere("Planes", { kind: kinds.banned, body, rights: record?.rights ?? null });
  await node.hears({ type: "entries", stream: id, previousAtMicros: null, entries: [entry] });
  const other = await node.entersFrom("192.0.2.8", "other");
  t.equal(await other.refusal("/join Planes"), "address-banned");
  t.match(await one.says("/bans"), [/^Users banned from Planes: far by one, Troll by far until 11:08 UTC \(spam\)$/]);
});

t.test("shows nobody an address", async (t) => {
  const { world, one, two, three } = await inPlanes();
  const four = await world.enters("four");
  await one.says("/ban two 10m", "/bans");
  for (const person of [two, four]) await person.says("/join Planes", "/bans");
  await one.says("/unban two");
  for (const { outlet } of [one, two, three, four]) t.notMatch(outlet.lines.join("\n"), /192\.0\.2/);
  t.notMatch(JSON.stringify(world.watch.acts), /192\.0\.2/);
});

t.test("of somebody who has just gone holds for when they come back", async (t) => {
  const { world, one, two } = await inPlanes();
  await two.ends();
  t.same(await one.says("/ban two"), ["User two is banned from Planes until /unban."]);
  const [again] = await world.enterAll("two");
  t.equal(await again.refusal("/join Planes"), "banned");
});

t.test("outlasts the server", async (t) => {
  const { world, one } = await inPlanes();
  await one.says("/ban two");
  const next = await afterCrash(world, { lobby: null });
  const [two, other] = await next.enterAll("two", "other");
  t.equal(await two.refusal("/join Planes"), "banned");
  const three = await next.entersFrom("192.0.2.2", "three");
  await three.says("/join Planes");
  t.equal(await other.refusal("/join Planes"), "address-banned");
});

t.test("what nobody is called cannot be banned", async (t) => {
  const { one } = await inPlanes();
  t.equal(await one.refusal("/ban !"), "no-such-user");
});

t.test("the hundredth is taken, and not one more until one is lifted or over", async (t) => {
  const { world, one } = await inPlanes();
  for (let i = 0; i < 99; i++) await one.says(`/ban troll${i}`);
  t.same(await one.says("/ban last 1h"), ["User last is banned from Planes for 1h."]);
  t.equal(await one.refusal("/ban more"), "too-many-bans");
  await world.clock.pass(60 * 60_000);
  t.same(await one.says("/ban more"), ["User more is banned from Planes until /unban."]);
  t.equal(await one.refusal("/ban evenmore"), "too-many-bans");
  t.same(await one.says("/unban troll7", "/ban evenmore"), [
    "User troll7 may join Planes again.",
    "User evenmore is banned from Planes until /unban.",
  ]);
});
