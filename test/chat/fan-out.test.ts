import t from "tap";
import type { Chunk } from "../../src/ports/outlet.ts";
import { trackingFormat, trackingView } from "../../src/formats/tracking/tracking-format.ts";
import { aWorld, type Person, type World } from "../support/world/people.ts";

/** Lines that are said while an earlier one is stored become one batch. */
async function inOneBatch(world: World, first: Person, lines: readonly (readonly [Person, string])[]): Promise<void> {
  const release = world.store.hold("append");
  first.types("before");
  await world.clock.turn();
  for (const [person, line] of lines) person.types(line);
  await world.clock.turn();
  release();
  await world.clock.turn();
}

function lastChunk(person: Person): Chunk | undefined {
  return person.outlet.chunks.at(-1);
}

function textOf(chunk: Chunk | undefined): string {
  return Buffer.from(chunk?.bytes ?? []).toString();
}

t.test("receivers of the same view get the very same chunk", async (t) => {
  const world = await aWorld();
  const [one, two, three, four] = await world.enterAll("one", "two", "three", "four");
  await one.says("hello");
  t.equal(textOf(lastChunk(two)), "[one]: hello\r\n");
  t.equal(lastChunk(three), lastChunk(two));
  t.equal(lastChunk(four), lastChunk(two));
});

t.test("a batch is one chunk for a receiver, with its number of lines", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await inOneBatch(world, one, [
    [one, "a"],
    [two, "b"],
    [one, "c"],
  ]);
  t.equal(lastChunk(three)?.lines, 3);
  t.equal(textOf(lastChunk(three)), "[one]: a\r\n[two]: b\r\n[one]: c\r\n");
});

t.test("authors get the lines of the others in a batch, and not their own", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await inOneBatch(world, three, [
    [one, "a"],
    [two, "b"],
    [one, "c"],
  ]);
  t.same(one.heard(), ["[three]: before", "[two]: b"]);
  t.same(two.heard(), ["[three]: before", "[one]: a", "[one]: c"]);
  t.same(three.heard(), ["[one]: a", "[two]: b", "[one]: c"]);
});

t.test("who ignores an author gets the other lines of a batch, and all others the common chunk", async (t) => {
  const world = await aWorld();
  const [one, two, three, four, five] = await world.enterAll("one", "two", "three", "four", "five");
  await three.says("/ignore one");
  await two.says("/ignore one");
  world.watch.deliveries = 0;
  await inOneBatch(world, four, [
    [one, "a"],
    [two, "b"],
    [one, "c"],
    [four, "d"],
  ]);
  t.same(three.heard(), ["[four]: before", "[two]: b", "[four]: d"]);
  t.equal(lastChunk(three)?.lines, 2);
  t.same(two.heard(), ["[four]: before", "[four]: d"], "nor one's own");
  t.same(five.heard(), ["[four]: before", "[one]: a", "[two]: b", "[one]: c", "[four]: d"]);
  // Five people and five lines, without authors' own and without what one said to two and three.
  t.equal(world.watch.deliveries, 25 - 5 - 4);
  await two.says("e");
  t.equal(lastChunk(three), lastChunk(five), "where nobody is ignored all have the same");
});

t.test("who ignores all authors of a batch gets nothing", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await two.says("/ignore one");
  two.outlet.chunks.length = 0;
  await one.says("a", "/me waves");
  t.equal(two.outlet.chunks.length, 0);
});

t.test("an author of all lines of a batch gets nothing", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  one.outlet.chunks.length = 0;
  await inOneBatch(world, one, [
    [one, "a"],
    [one, "b"],
  ]);
  t.equal(one.outlet.chunks.length, 0);
  t.same(two.heard(), ["[one]: before", "[one]: a", "[one]: b"]);
});

t.test("who was an author once gets the common chunk the next time", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("a");
  await two.says("b");
  t.equal(lastChunk(one), lastChunk(three));
});

t.test("an act comes back to its author, in the common chunk", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/me waves");
  t.equal(textOf(lastChunk(one)), "* one waves\r\n");
  t.equal(lastChunk(one), lastChunk(two));
});

t.test("an act in one batch with lines of others: its author gets the common chunk", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await inOneBatch(world, three, [
    [one, "b"],
    [two, "/me waves"],
  ]);
  t.same(one.heard(), ["[three]: before", "* two waves"]);
  t.same(two.heard(), ["[three]: before", "[one]: b", "* two waves"]);
  t.equal(lastChunk(two), lastChunk(three));
});

t.test("there is one chunk for each view: with time or not, in the current room or not", async (t) => {
  const world = await aWorld({ lobby: null });
  const [author, ...people] = await world.enterAll("author", "plain", "plain2", "timed", "away", "away2", "timedaway");
  const [plain, plain2, timed, away, away2, timedAway] = people;
  await author.says("/create Planes", "/create Trains", "/join Planes");
  for (const person of people) await person.says("/join Planes");
  for (const person of [away, away2, timedAway]) await person.says("/join Trains");
  for (const person of [timed, timedAway]) await person.says("/set time on");
  await author.says("hello");
  t.equal(textOf(lastChunk(plain)), "[author]: hello\r\n");
  t.equal(textOf(lastChunk(timed)), "11:06 [author]: hello\r\n");
  t.equal(textOf(lastChunk(away)), "#Planes [author]: hello\r\n");
  t.equal(textOf(lastChunk(timedAway)), "11:06 #Planes [author]: hello\r\n");
  t.equal(lastChunk(plain2), lastChunk(plain));
  t.equal(lastChunk(away2), lastChunk(away));
});

t.test("lines of one batch in several rooms reach those in each, and nobody else", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create Planes", "/join Planes");
  await two.says("/join Planes");
  two.heard();
  await inOneBatch(world, one, [
    [three, "in the lobby"],
    [one, "in Planes"],
  ]);
  t.same(two.heard(), ["[one]: before", "#lobby [three]: in the lobby", "[one]: in Planes"]);
  t.same(three.heard(), []);
  t.same(one.heard().slice(-1), ["#lobby [three]: in the lobby"]);
});

t.test("who said a line and left the room meanwhile does not stand in the others' way", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("append");
  one.types("bye");
  one.types("/quit");
  void one.ends();
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.same(two.heard(), ["[one]: bye", "[*]: User one left lobby."]);
});

t.test("counts what went to receivers, without the authors' own lines", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two", "three");
  world.watch.deliveries = 0;
  await one.says("hello");
  t.equal(world.watch.deliveries, 2);
  await two.says("/me waves");
  t.equal(world.watch.deliveries, 5);
});

t.test("subscribers get the very same chunk of what is said, in their own view, and nothing else", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const room = world.room("lobby");
  const view = trackingView({ hasSeq: true, isBinary: false });
  const got: Chunk[][] = [[], []];
  for (const chunks of got) {
    const receiver = { format: trackingFormat, deliver: (chunk: Chunk) => void chunks.push(chunk) };
    room.subscribers.add({ receiver, view });
  }
  world.watch.deliveries = 0;
  await world.enterAll("two");
  await inOneBatch(world, one, [
    [one, "a"],
    [one, "b"],
  ]);
  const [first = [], second = []] = got;
  t.same(
    first.map(({ lines }) => lines),
    [1, 2],
  );
  t.equal(first[0], second[0]);
  t.equal(first[1], second[1]);
  t.match(textOf(first[1]), /"data":"a","seq":2}.*"data":"b","seq":3}/);
  // Three lines for two subscribers and for two.
  t.equal(world.watch.deliveries, 9);
});

t.test("a notice is one chunk for all, and carries no prefix where the room is not the current one", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create Planes", "/join Planes");
  await world.enterAll("four");
  t.equal(textOf(lastChunk(one)), "[*]: User four joined lobby.\r\n");
  t.equal(lastChunk(two), lastChunk(one));
  t.equal(lastChunk(three), lastChunk(one));
  t.equal(lastChunk(one)?.lines, 1);
});

t.test("nothing invisible that was typed reaches a terminal, not even from a store that kept it", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  const room = world.room("lobby");
  const change = { kind: "said", text: "a\u001b[2J\r\u202eb" } as const;
  await Promise.all([
    world.context.pipeline.perform(room, { actor: one.session, action: { type: "say" }, change }),
    world.clock.turn(),
  ]);
  t.same(two.heard(), ["[one]: ab"]);
});
