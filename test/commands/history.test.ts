import t from "tap";
import { StoreError } from "../../src/ports/store-error.ts";
import { aWorld } from "../support/world/people.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The texts of history lines, without their numbers and times. */
function bodies(lines: readonly string[]): string[] {
  return lines.slice(1).map((line) => line.replace(/^\d+ \d\d:\d\d \[\w+\]: /, ""));
}

t.test("shows what was said in the current room, numbered, with times", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("hello");
  await world.clock.pass(60_000);
  await two.says("hi", "/me waves");
  t.same(await one.says("/history"), [
    "-- last 3 lines in lobby (times UTC) --",
    "1 11:06 [one]: hello",
    "2 11:07 [two]: hi",
    "3 11:07 * two waves",
  ]);
});

t.test("says that nothing was said, and says so of one line", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/history"), ["Nothing has been said in lobby yet."]);
  await one.says("hello");
  t.equal((await one.says("/history"))[0], "-- last 1 line in lobby (times UTC) --");
});

t.test("counts lines that people said, and nothing else", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/create Planes", "/join Planes", "/topic flying", "a", "/topic walking", "b");
  const [heading, ...lines] = await one.says("/history");
  t.equal(heading, "-- last 2 lines in Planes (times UTC) --");
  t.match(lines, [/^1 .*: a$/, /^2 .*: b$/]);
});

t.test("shows 20 lines, or as many as asked for from 1 to 100", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const said = Array.from({ length: 101 }, (_, i) => `line ${i + 1}`);
  await one.says(...said);
  t.same(bodies(await one.says("/history")), said.slice(-20));
  for (const shown of [1, 3, 99, 100]) {
    t.same(bodies(await one.says(`/history ${shown}`)), said.slice(-shown), String(shown));
  }
  t.same(bodies(await one.says("/history 007")), said.slice(-7));
});

t.test("of more than 100 lines shows 100, and says that these are the maximum", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const said = Array.from({ length: 101 }, (_, i) => `line ${i + 1}`);
  await one.says(...said);
  for (const asked of ["101", "99999999999999999999"]) {
    const lines = await one.says(`/history ${asked}`);
    t.same(bodies(lines.slice(0, -1)), said.slice(-100), asked);
    t.equal(lines.at(-1), "The maximum is 100 lines.", asked);
  }
});

t.test("shows another room by its name, where one is not", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "a", "b");
  t.same(bodies(await two.says("/history planes")), ["a", "b"]);
  t.same(bodies(await two.says("/HISTORY 1 Planes")), ["b"]);
});

t.test("takes a first word of digits for a number, and a second one for a room", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("said in the lobby", "/create 2", "/join 2", "said in 2", "/join lobby");
  t.same(bodies(await one.says("/history 2")), ["said in the lobby"]);
  t.same(bodies(await one.says("/history 5 2")), ["said in 2"]);
  await one.says("/create -3", "/join -3", "said in -3", "/join lobby");
  t.same(bodies(await one.says("/history 5 -3")), ["said in -3"]);
  t.same(bodies(await one.says("/history #2")), ["said in 2"]);
});

t.test("shows the lines with the numbers that one gives, also old ones", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes");
  const said = Array.from({ length: 120 }, (_, i) => `line ${i + 1}`);
  // Entries that are no lines stand between them, many at one place.
  for (const [i, line] of said.entries()) {
    if (i % 7 === 3) await one.says(`/topic ${i}`);
    if (i === 50) for (let n = 0; n < 40; n++) await one.says(`/topic again ${n}`);
    await one.says(line);
  }
  t.same(await one.says("/history 3-4"), [
    "-- 2 lines in Planes (times UTC) --",
    "3 11:06 [one]: line 3",
    "4 11:06 [one]: line 4",
  ]);
  for (const [first, last] of [
    [1, 1],
    [2, 30],
    [45, 60],
    [50, 51],
    [118, 120],
    [120, 120],
  ] as const) {
    t.same(bodies(await two.says(`/history ${first}-${last} planes`)), said.slice(first - 1, last), `${first}-${last}`);
  }
  t.same(bodies(await one.says("/history 119-300")), ["line 119", "line 120"]);
  const many = await one.says("/history 2-110");
  t.same([bodies(many.slice(0, -1)), many.at(-1)], [said.slice(10, 110), "The maximum is 100 lines."]);
});

t.test("says so where no line has the numbers", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/history 1-9"), ["Nothing has been said in lobby yet."]);
  await one.says("hello");
  t.same(await one.says("/history 2-9"), ["There are no lines with these numbers in lobby. The last line there is 1."]);
});

t.test("of lines that were deleted shows nothing, and those that are left", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("a", "b");
  await world.clock.pass(DAY_MS);
  await one.says("c", "d");
  await world.store.prune(world.clock.micros() - (DAY_MS / 2) * 1000, 0, 100);
  t.same(await one.says("/history 1-2"), ["There are no lines with these numbers in lobby. The last line there is 4."]);
  t.same(bodies(await one.says("/history 1-3")), ["c"]);
  t.same(bodies(await one.says("/history 2-4")), ["c", "d"]);
});

t.test("of lines that were removed shows nothing, and those around them", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const said = Array.from({ length: 130 }, (_, i) => `line ${i + 1}`);
  await one.says(...said, "/delete 2", "/delete 5", "/delete 130", "/edit 4 again");
  t.same(bodies(await one.says("/history 1-5")), ["line 1", "line 3", "again"]);
  t.same(await one.says("/history 5-5"), [
    "There are no lines with these numbers in lobby. The last line there is 130.",
  ]);
  t.same(bodies(await one.says("/history 128-200")), ["line 128", "line 129"]);
  const many = await one.says("/history 1-999");
  t.same([bodies(many.slice(0, -1)), many.at(-1)], [said.slice(30, 129), "The maximum is 100 lines."]);
});

t.test("takes what cannot be numbers of lines for a room", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("said in the lobby", "/create 2026-11", "/create 1-2", "/join 2026-11", "said in November");
  await one.says("/join 1-2", "said in 1-2", "/join lobby");
  t.same(bodies(await one.says("/history 2026-11")), ["said in November"]);
  t.same(bodies(await one.says("/history 1-2")), ["said in the lobby"]);
  t.same(bodies(await one.says("/history 5 1-2")), ["said in 1-2"]);
});

t.test("refuses a number of lines that is none", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const words of ["0", "-3", "+3", "1.5", "1,000", "0 lobby", "-5 lobby", "lobby 5", "x y"]) {
    t.equal(await one.refusal(`/history ${words}`), "not-a-number", words);
  }
  t.same(one.outlet.refusals.at(-1)?.args, { most: 100, usage: "/history [LINES|80-119] [ROOM]" });
  t.equal(await one.refusal("/history 5 lobby now"), "extra-argument");
});

t.test("refuses a range that is none, unless a room has such a name", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("hello", "/create_private 7-3");
  for (const words of ["5-1", "80-", "0-4", "1-2-3", "--", "5-1 lobby", "80- lobby"])
    t.equal(await one.refusal(`/history ${words}`), "not-a-range", words);
  t.same(one.outlet.refusals.at(-1)?.args, { usage: "/history [LINES|80-119] [ROOM]" });
  t.same(await one.says("/history 7-3"), ["Nothing has been said in 7-3 yet."]);
  t.equal(await two.refusal("/history 7-3"), "not-a-range", "and whom it is hidden from is not told that it is there");
});

t.test("refuses a room that is not there, that is hidden, and no room at all", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den");
  for (const room of ["Den", "Trains"]) t.equal(await two.refusal(`/history ${room}`), "no-such-room", room);
  t.equal(await two.refusal("/history"), "no-room-joined");
});

t.test("says the day where it is not today's, and where it changes", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("first");
  await world.clock.pass(DAY_MS);
  await one.says("second", "third");
  const body = ["-- 2026-11-18 --", "1 11:06 [one]: first", "-- 2026-11-19 --", "2 11:06 [one]: second"];
  const heading = "-- last 3 lines in lobby (times UTC) --";
  t.same(await one.says("/history"), [heading, ...body, "3 11:06 [one]: third"]);
  t.same(await one.says("/history 2"), [
    "-- last 2 lines in lobby (times UTC) --",
    "2 11:06 [one]: second",
    "3 11:06 [one]: third",
  ]);
  await world.clock.pass(DAY_MS);
  t.same(await one.says("/history"), [heading, ...body, "3 11:06 [one]: third"]);
});

t.test("says so when it cannot be read, and works again after that", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("hello");
  world.store.fail("history", new StoreError("unavailable", "too slow"));
  t.equal(await one.refusal("/history"), "read-failed");
  t.same(bodies(await one.says("/history")), ["hello"]);
});

t.test("shows nothing of a room that ends while it is read", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Planes", "/join Planes", "hello");
  const release = world.store.hold("history");
  t.same(await two.says("/history Planes"), []);
  await one.says("/destroy Planes");
  release();
  await world.clock.turn();
  t.equal(two.heard().length, 1);
  t.same(world.watch.refusals, ["no-such-room"]);
});

t.test("shows 64 KiB at most, the newest lines, and how many those are", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (let i = 1; i <= 40; i++) await one.says(`${i} ${"x".repeat(2000)}`);
  const page = await one.says("/history 100");
  t.ok(Buffer.byteLength(page.join("\r\n")) <= 64 * 1024);
  t.equal(page[0], "-- last 32 lines in lobby (times UTC) --");
  t.same([page.length, bodies(page).at(-1)?.slice(0, 3)], [33, "40 "]);
});
