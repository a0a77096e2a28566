import t from "tap";
import { aWorld } from "../support/world/people.ts";

t.test("shows the time before lines of rooms and notices, for that person alone, until it is off", async (t) => {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  t.same(await one.says("/set time on"), ["Lines now begin with the time (UTC)."]);
  await two.says("hello", "/leave");
  t.same(one.heard(), ["11:06 [two]: hello", "11:06 [*]: User two left lobby."]);
  t.same(three.heard(), ["[two]: hello", "[*]: User two left lobby."]);
  t.same(await one.says("/set time off"), ["Lines no longer show the time."]);
  await three.says("bye");
  t.same(one.heard(), ["[three]: bye"]);
});

t.test("the time stands before the room's name", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/set time on", "/create Planes", "/join Planes");
  await two.says("hello");
  t.same(one.heard(), ["11:06 #lobby [two]: hello"]);
});

t.test("is known without case, its words too", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  t.same(await one.says("/SET Time ON"), ["Lines now begin with the time (UTC)."]);
});

t.test("refuses what cannot be set", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  for (const words of ["mood good", "mood", "constructor on"]) {
    t.equal(await one.refusal(`/set ${words}`), "unknown-setting", words);
  }
  for (const words of ["time maybe", "time 1", "TIME"]) {
    t.equal(await one.refusal(`/set ${words}`), "not-on-or-off", words);
  }
});

t.test("shows the settings, and takes one and a value", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  await one.says("/set time on");
  t.same(await one.says("/set"), [
    "Settings: time on, edit off, redraw on, prompt off. /set SETTING on or /set SETTING off changes one.",
  ]);
  t.equal(await one.refusal("/set time on now"), "extra-argument");
});

t.test("changes what the terminal shows, and says what that means", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const { display } = one.outlet;
  for (const [line, answer, name, value] of [
    ["/set edit on", /^Your client is asked/, "isEditing", true],
    ["/set edit on", /^Lines are edited here already/, "isEditing", true],
    ["/set prompt on", /^Your line now begins/, "showsPrompt", true],
    ["/set prompt off", /^Your line no longer begins/, "showsPrompt", false],
    ["/set edit off", /^Your client edits your lines again/, "isEditing", false],
    ["/set prompt on", /^Your line will begin .* \/set edit on/, "showsPrompt", true],
    ["/set redraw off", /while lines are edited here/, "isRedrawn", false],
    ["/set edit on", /^Your client is asked/, "isEditing", true],
    ["/set redraw off", /not shown again/, "isRedrawn", false],
    ["/set redraw on", /is shown again/, "isRedrawn", true],
  ] as const) {
    t.match((await one.says(line)).join(), answer, line);
    t.equal(display[name], value, line);
  }
});
