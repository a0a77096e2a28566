import t from "tap";
import { completionsOf } from "../../src/commands/completions.ts";
import { aCeltra, TOKEN } from "../support/world/celtra.ts";
import { aWorld, type Person, type World } from "../support/world/people.ts";

function completions(world: World, { session }: Person, before: string): string[] {
  return completionsOf(world.chat.context, session, before).map((one) => one.before);
}

t.test("a word is completed as the usage of its command says", async (t) => {
  const world = await aWorld();
  const [ann, ben] = await world.enterAll("Ann", "Benjamin", "Benedict");
  await ben.says("/create Planes", "/create_private Plans");
  await ann.says("/create plants");
  for (const [before, ...after] of [
    ["/jo", "/join"],
    ["/c", "/create", "/create_private"],
    ["/zz"],
    ["/join pl", "/join Planes", "/join plants"],
    ["/J PL", "/J Planes", "/J plants"],
    ["/say pl", "/say Planes", "/say plants"],
    ["/say #pl", "/say Planes", "/say plants"],
    ["/say Planes hello ben", "/say Planes hello Benedict", "/say Planes hello Benjamin"],
    ["/history pl", "/history Planes", "/history plants"],
    ["/history 20 pl", "/history 20 Planes", "/history 20 plants"],
    ["/users PL", "/users Planes", "/users plants"],
    ["/help cr", "/help create", "/help create_private"],
    ["/whisper ben", "/whisper Benedict", "/whisper Benjamin"],
    ["/whisper @ben", "/whisper Benedict", "/whisper Benjamin"],
    ["/join #pl", "/join Planes", "/join plants"],
    ["/kick ", "/kick Ann", "/kick Benedict", "/kick Benjamin"],
    ["/set p", "/set prompt"],
    ["/set time o"],
    ["/quit an"],
    ["/whisper Ann hello ben", "/whisper Ann hello Benedict", "/whisper Ann hello Benjamin"],
    ["/unknown ben"],
    ["#pl", "#Planes", "#plants"],
    ["#Planes hello an", "#Planes hello Ann"],
    ["hello an", "hello Ann"],
    ["hello #pla", "hello #Planes", "hello #plants"],
    ["hello "],
    [""],
  ] as const) {
    t.same(completions(world, ann, before), after, before);
  }
  t.same(completions(world, ben, "/join pl"), ["/join Planes", "/join Plans", "/join plants"], "its own private room");
});

t.test(
  "a ban to lift is completed for those who may lift it, and somebody to hear again for who ignores them",
  async (t) => {
    const world = await aWorld();
    const [ann, ben] = await world.enterAll("Ann", "Ben");
    await ann.says("/create Planes", "/join Planes", "/ban Troll", "/ban trick 1m", "/ban kim");
    await ben.says("/join Planes", "/ignore Anton", "/ignore troll");
    for (const [person, before, ...after] of [
      [ann, "/unban tr", "/unban Troll", "/unban trick"],
      [ann, "/unban ", "/unban Troll", "/unban trick", "/unban kim"],
      [ben, "/unban tr"],
      [ben, "/unignore an", "/unignore Anton"],
      [ben, "/unignore ", "/unignore Anton", "/unignore troll"],
      [ben, "/ignore an", "/ignore Ann"],
    ] as const) {
      t.same(completions(world, person, before), after, before);
    }
    await world.clock.pass(60_000);
    t.same(completions(world, ann, "/unban tr"), ["/unban Troll"]);
    await ann.says("/leave", "/leave");
    t.same(completions(world, ann, "/unban tr"), []);
  },
);

t.test("of very many names some are offered", async (t) => {
  const world = await aWorld();
  const [ann] = await world.enterAll(...Array.from({ length: 80 }, (_, i) => `ann${i}`), "zoe");
  t.equal(completions(world, ann as Person, "ann").length, 50);
  t.same(completions(world, ann as Person, "ZO"), ["zoe"]);
});

t.test("rooms of an application that one is in are completed, by bare names where such names mean them", async (t) => {
  const { world, one } = await aCeltra();
  await one.says(`/enter celtra ${TOKEN}`, "/create Planes", "/join Planes", "/create_private Den", "/join Den");
  const both = (before: string) => completions(world, one, before);
  t.same(both("/join pl"), ["/join Celtra/Planes"]);
  t.same(both("#d"), ["#Celtra/Den"]);
  t.same(both("/join celtra/p"), ["/join Celtra/Planes"]);
  t.same(both("/join lo"), ["/join lobby"]);
  await one.says("/enter main");
  t.same([both("/join pl"), both("#celtra/d")], [[], ["#Celtra/Den"]]);
});
