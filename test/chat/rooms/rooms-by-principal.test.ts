import t from "tap";
import { aWorld } from "../../support/world/people.ts";

t.test("rooms are found by who made them, and by who may do more there than others", async (t) => {
  const world = await aWorld();
  const [ann, ben] = await world.enterAll("ann", "ben");
  await ann.says("/create Planes", "/create_private Cellar", "/join Cellar", "/invite ben");
  const { roomsByPrincipal } = world.context;
  const names = (id: number): string[] => roomsByPrincipal.of(id).map(({ name }) => name.shown);
  t.same(names(ann.session.id).toSorted(), ["Cellar", "Planes"]);
  t.same(names(ben.session.id), ["Cellar"]);
  t.same(names(999), []);
});

t.test("rooms are gone through once for all who ask within a second", async (t) => {
  const world = await aWorld();
  const { rooms, roomsByPrincipal } = world.context;
  let reads = 0;
  const all = rooms.all.bind(rooms);
  rooms.all = () => ((reads += 1), all());
  for (let id = 1; id <= 1000; id++) roomsByPrincipal.of(id);
  await world.clock.pass(999);
  roomsByPrincipal.of(1);
  t.equal(reads, 1);
  await world.clock.pass(1);
  roomsByPrincipal.of(1);
  t.equal(reads, 2);
});
