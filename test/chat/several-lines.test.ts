import t from "tap";
import { sayAndWait } from "../../src/chat/operations/say.ts";
import { edit } from "../../src/chat/operations/edit.ts";
import { cleanBody, MAX_BODY_BYTES, MAX_BODY_LINES } from "../../src/domain/body.ts";
import { type Entry, kinds } from "../../src/domain/entry.ts";
import { SAY } from "../../src/domain/permissions.ts";
import { Refusal } from "../../src/domain/refusals.ts";
import { textFormat } from "../../src/formats/text/text-format.ts";
import { aWorld, type Person, type World } from "../support/world/people.ts";
import { inPlanes } from "../support/world/planes.ts";

const POEM = "first\r\n\r\n[two]: third\n";

const FIRST: Entry = {
  stream: 1,
  pos: 1,
  seq: 1,
  atMicros: 0,
  kind: kinds.said,
  authorId: null,
  author: "one",
  body: "",
  ref: null,
};

/** Says something as a program does. */
async function posts(world: World, { session }: Person, text: string, room = "Planes"): Promise<void> {
  const said = sayAndWait(world.context, session, world.room(room), { kind: "said", text: cleanBody(text) });
  await world.clock.turn();
  await said;
}

t.test("a message of several lines is shown line by line, each with its author, and counts as one", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await three.says("/set time on");
  const rows = (before: string): string[] =>
    ["[one]: first", "[one] | ", "[one] | [two]: third"].map((row) => before + row);
  await posts(world, one, POEM);
  t.same(two.heard(), rows(""));
  t.same(three.heard(), rows("11:06 "));
  t.same(one.heard(), [], "a terminal's author does not get it back");
  t.equal(two.outlet.chunks.at(-1)?.lines, 1, "for a slow reader it is skipped as one");
  const page = ["-- last 1 line in Planes (times UTC) --", ...rows("1 11:06 ")];
  t.same(await two.says("/history"), page);
  t.same(await two.says("/history 1-9"), ["-- 1 line in Planes (times UTC) --", ...rows("1 11:06 ")]);
  const [four] = await world.enterAll("four");
  t.same((await four.says("/join Planes")).slice(1), page);
});

t.test("who ignores its author gets none of its lines, and all of the others'", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await two.says("/ignore one");
  const release = world.store.hold("append");
  three.types("before");
  await world.clock.turn();
  const posted = posts(world, one, POEM);
  three.types("after");
  await world.clock.turn();
  release();
  await world.clock.turn();
  await posted;
  t.same(two.heard(), ["[three]: before", "[three]: after"]);
  t.same(one.heard(), ["[three]: before", "[three]: after"]);
  t.same(three.heard(), ["[one]: first", "[one] | ", "[one] | [two]: third"]);
});

t.test("a message that is changed to several lines is told in as many, and read back so", async (t) => {
  const { world, one, two } = await inPlanes();
  await one.says("hello");
  two.heard();
  const edited = edit(world.context, one.session, world.room("Planes"), 1, cleanBody(POEM));
  await world.clock.turn();
  await edited;
  t.same(two.heard(), [
    "[*]: User one changed line 1 in Planes: first",
    "#Planes [one] | ",
    "#Planes [one] | [two]: third",
  ]);
  t.same((await two.says("/history")).slice(1), [
    "1 11:06 [one]: first",
    "1 11:06 [one] | ",
    "1 11:06 [one] | [two]: third",
  ]);
});

t.test("who comes back gets every line of what was said meanwhile", async (t) => {
  const world = await aWorld({ graceMs: 600_000 });
  const [one] = await world.enterAll("one");
  const two = await world.entersFrom("198.51.100.1", "two");
  await two.breaks();
  await posts(world, one, POEM, "lobby");
  const again = await world.entersFrom("198.51.100.1", "two");
  t.same(again.heard().slice(-5), [
    "You are back in lobby. 1 line was said meanwhile.",
    "-- last 1 line in lobby (times UTC) --",
    "1 11:06 [one]: first",
    "1 11:06 [one] | ",
    "1 11:06 [one] | [two]: third",
  ]);
});

t.test("messages that are too large for one chunk come in several, in order, and each counts once", async (t) => {
  const { world, one, two, three } = await inPlanes();
  await three.says("/ignore one");
  const room = world.room("Planes");
  const lines = Array<string>(MAX_BODY_LINES).fill("x").join("\n");
  const long = "x".repeat(MAX_BODY_BYTES);
  for (const body of [lines, long]) {
    two.outlet.chunks.length = 0;
    const entries = Array.from({ length: 40 }, (_, i): Entry => {
      return { ...FIRST, stream: room.id, pos: i + 1, seq: i + 1, author: i % 2 === 0 ? "one" : "far", body };
    });
    t.equal(world.context.fanOut.messages(room, entries), 3 * 40 - 20, "one is ignored by three");
    const { chunks } = two.outlet;
    t.equal(
      Buffer.concat(chunks.map(({ bytes }) => bytes)).toString(),
      textFormat.messages(room.label, entries, 0).parts.join(""),
    );
    t.equal(
      chunks.reduce((sum, chunk) => sum + chunk.lines, 0),
      40,
    );
    t.ok(chunks.length > 1);
    t.ok(chunks.every(({ bytes }) => bytes.length < 400 * 1024));
    t.equal(one.outlet.chunks.at(-1), chunks.at(-1), "they are shared");
    t.match(three.heard()[0], "[far]: ");
  }
});

t.test("a text of many lines waits to be stored with what its lines take", async (t) => {
  const world = await aWorld({ maxPendingBytes: 10_000 });
  const [one] = await world.enterAll("one");
  const say = (text: string): void =>
    world.context.pipeline.submit(
      world.room("lobby"),
      { actor: one.session, action: SAY, change: { kind: "said", text } },
      () => {},
    );
  say("x".repeat(9000));
  await world.clock.turn();
  t.throws(() => say("x\n".repeat(MAX_BODY_LINES)), new Refusal("too-much-waiting"));
  await world.clock.turn();
});
