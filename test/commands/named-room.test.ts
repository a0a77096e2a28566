import t from "tap";
import { aWorld, type Person, type World } from "../support/world/people.ts";

/** One and two, who are in the lobby and talk in Garden; three is in the lobby alone. */
async function aGarden(): Promise<{ world: World; one: Person; two: Person; three: Person }> {
  const world = await aWorld();
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says("/create Garden", "/join Garden");
  await two.says("/join Garden");
  for (const person of [one, two, three]) person.heard();
  return { world, one, two, three };
}

t.test("#Room says the rest there, and one goes on talking where one was", async (t) => {
  const { one, two, three } = await aGarden();
  t.same(await one.says("#lobby hello  all", "and here"), []);
  t.same(three.heard(), ["[one]: hello  all"]);
  t.same(two.heard(), ["#lobby [one]: hello  all", "[one]: and here"]);
});

t.test("the room is known without case, and may have a colon or a comma behind it", async (t) => {
  const { one, three } = await aGarden();
  await one.says("#LOBBY a", "#lobby: b", "#lobby, c");
  t.same(three.heard(), ["[one]: a", "[one]: b", "[one]: c"]);
});

t.test("it may be the room where one talks", async (t) => {
  const { one, two } = await aGarden();
  await one.says("#garden hello");
  t.same(two.heard(), ["[one]: hello"]);
});

t.test("it works where one talks in no room at the moment", async (t) => {
  const { one, two, three } = await aGarden();
  await one.says("/kick two");
  t.same((await two.says("#lobby hello")).slice(-1), []);
  t.same(three.heard(), ["[two]: hello"]);
});

t.test("a room where one is not is refused, and nothing is said elsewhere", async (t) => {
  const { world, one, three } = await aGarden();
  one.heard();
  for (const line of ["#Garden hello", "#garden: hello", "#Garden"]) {
    t.equal(await three.refusal(line), "not-in-named-room", line);
    t.same(three.outlet.refusals.at(-1)?.args, { room: "Garden" }, line);
  }
  t.same(one.heard(), []);
  t.same(world.store.saidIn(world.room("lobby").id), []);
});

t.test("of a private room nobody learns that it is there: its name is talk to those who do not see it", async (t) => {
  const { two, three } = await aGarden();
  await two.says("/create_private Vault", "/join Vault", "/join lobby");
  t.same(await three.says("#Vault is open"), []);
  t.same(two.heard(), ["[three]: #Vault is open"]);
});

t.test("a room alone is refused, and nothing is said", async (t) => {
  const { one, two } = await aGarden();
  t.equal(await one.refusal("#Garden"), "missing-argument");
  t.same(one.outlet.refusals.at(-1)?.args, { usage: "#ROOM TEXT" });
  t.same(two.heard(), []);
});

t.test("where no room is meant the line is said as it is, where one talks", async (t) => {
  const { one, two } = await aGarden();
  const lines = ["#hashtag is a word", "#include <stdio.h>", "#1", "# a heading", "#!/bin/sh"];
  t.same(await one.says(...lines), []);
  t.same(
    two.heard(),
    lines.map((line) => `[one]: ${line}`),
  );
});

t.test("a room that one is in, misspelt, is refused: it may be for nobody else", async (t) => {
  const { one, three } = await aGarden();
  await one.says("/join lobby");
  for (const typed of ["Gardn", "GADREN", "garden2"]) {
    t.equal(await one.refusal(`#${typed} a secret`), "no-named-room", typed);
    t.same(one.outlet.refusals.at(-1)?.args, { room: typed, closest: "Garden" }, typed);
  }
  t.same(three.heard(), []);
});

t.test("a room that one was in is refused when it is gone, and is talk to others", async (t) => {
  const { one, two, three } = await aGarden();
  await two.says("/join lobby");
  await one.says("/destroy Garden");
  for (const person of [one, two]) {
    t.equal(await person.refusal("#Garden hello"), "no-named-room");
    t.same(person.outlet.refusals.at(-1)?.args, { room: "Garden", closest: null });
  }
  await three.says("#Garden was nice");
  t.same(two.heard(), ["[three]: #Garden was nice"]);
});

t.test("fifty rooms that one was in are remembered", async (t) => {
  const world = await aWorld({ roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 });
  const [one] = await world.enterAll("one");
  for (let i = 0; i <= 50; i++) await one.says(`/create r${i}`, `/join r${i}`, `/destroy r${i}`);
  t.equal(await one.refusal("#r50 hello"), "no-named-room");
  t.equal(await one.refusal("#r1 hello"), "no-named-room");
  t.equal(await one.refusal("#r0 hello"), null);
});

t.test("two number signs say the rest with one, whatever room is named", async (t) => {
  const { one, two } = await aGarden();
  await one.says("##lobby is elsewhere", "##");
  t.same(two.heard(), ["[one]: #lobby is elsewhere", "[one]: #"]);
});

t.test("without a room it is refused as any line", async (t) => {
  const world = await aWorld({ lobby: null });
  const [one] = await world.enterAll("one");
  t.equal(await one.refusal("#hashtag"), "no-room-joined");
});

t.test("alone in the named room, one is told so", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create Garden", "/join Garden", "/join lobby");
  t.same(await one.says("#Garden hello"), ["Nobody else is in Garden. Your line is kept for whoever joins later."]);
  t.same(two.heard(), []);
});
