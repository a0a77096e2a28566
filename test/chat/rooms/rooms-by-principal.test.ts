import t from "tap";
import { transfer } from "../../../src/chat/operations/transfer.ts";
import { operator } from "../../../src/domain/principal.ts";
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

t.test("whoever made a room finds it, also when it is somebody else's by now", async (t) => {
  const world = await aWorld();
  const [ann, ben] = await world.enterAll("ann", "ben");
  await ann.says("/create Planes", "/join Planes");
  await ben.says("/join Planes");
  void transfer(world.context, operator("root"), world.room("Planes"), ben.session.who);
  await world.clock.turn();
  const { owner, maker } = world.room("Planes").rights;
  t.same([owner, maker], [ben.session.id, ann.session.id]);
  t.same(world.context.roomsByPrincipal.of(ann.session.id), [world.room("Planes")]);
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
