import t from "tap";
import { StoreError } from "../../../src/ports/store-error.ts";
import { aWorld, type Person, type World } from "../../support/world/people.ts";

/** A world where ben owns the private room Vault; ann was invited, and talks there; eve is in the lobby, as the others are. */
async function aVault(): Promise<{ world: World; ann: Person; ben: Person; eve: Person }> {
  const world = await aWorld({ graceMs: 600_000 });
  const [ann, ben, eve] = await world.enterAll("ann", "ben", "eve");
  await ben.says("/create_private Vault", "/join Vault", "/invite ann");
  await ann.says("/join Vault");
  for (const person of [ann, ben, eve]) person.heard();
  return { world, ann, ben, eve };
}

t.test("whoever talked in a room that has ended meanwhile talks nowhere, and is told", async (t) => {
  const { world, ann, ben, eve } = await aVault();
  await ann.breaks();
  await ben.says("/destroy Vault");
  const again = await world.enters("ann");
  t.same(again.heard(), [
    "You are back in lobby. Nothing was said meanwhile.",
    "Room Vault has ended.",
    "You talk in no room right now. Type /join lobby to talk there.",
  ]);
  eve.heard();
  t.equal(await again.refusal("the code is 4711"), "no-current-room");
  t.equal(await again.refusal("#Vault the code is 4711"), "no-named-room", "nor does the lobby read it like this");
  t.same(eve.heard(), []);
});

t.test("whoever was in that room alone comes into the lobby, and talks nowhere", async (t) => {
  const { world, ann, ben } = await aVault();
  await ann.says("/leave lobby");
  await ann.breaks();
  await ben.says("/destroy Vault");
  const again = await world.enters("ann");
  t.ok(world.room("lobby").members.has(again.session));
  t.equal(again.session.current, null);
  t.equal(again.heard().at(-1), "You talk in no room right now. Type /join lobby to talk there.");
});

t.test("a room whose door is shut by now is left out", async (t) => {
  const { world, ann, ben } = await aVault();
  await ann.breaks();
  const room = world.room("Vault");
  room.rights = { ...room.rights, invited: [] };
  const again = await world.enters("ann");
  t.same(
    again.session.rooms.map(({ name }) => name.shown),
    ["lobby"],
  );
  t.equal(again.session.current, null);
  t.equal(again.heard()[1], "You are not in Vault any more.");
  t.match(ben.heard(), ["[*]: User ann left lobby.", "[*]: User ann left Vault.", "[*]: User ann joined lobby."]);
});

t.test("who was banned meanwhile is told until when and why, where they may see the room", async (t) => {
  const { world, ann, ben, eve } = await aVault();
  await eve.says("/create Garden", "/join Garden");
  await ann.says("/join Garden");
  await ann.breaks();
  await eve.says("/ban ann 10m spam");
  await ben.says("/ban ann 10m secret");
  const again = await world.enters("ann");
  t.same(again.heard(), [
    "You are back in lobby. Nothing was said meanwhile.",
    "You are not in Vault any more.",
    "You are not in Garden any more: you are banned from it until 11:17 UTC. Reason: spam.",
    "You talk in no room right now. Type /join lobby to talk there.",
  ]);
  t.equal(await again.refusal("#garden hello"), "not-in-named-room");
});

t.test("of a room that is not known to have ended nothing is told", async (t) => {
  const { world, ann } = await aVault();
  await ann.breaks();
  const vault = world.room("Vault");
  world.context.rooms.remove(vault);
  world.context.subscriptions.read = () => Promise.reject(new StoreError("unavailable", "no answer"));
  const again = await world.enters("ann");
  t.notMatch(again.heard().join("\n"), "Vault");
});

t.test("whoever talked nowhere talks nowhere again", async (t) => {
  const { world, ann, ben } = await aVault();
  await ben.says("/kick ann");
  t.equal(ann.session.current, null);
  await ann.breaks();
  const again = await world.enters("ann");
  t.equal(again.session.current, null);
  t.equal(await again.refusal("#Vault the code"), "no-named-room");
});

t.test("whoever was in no room begins in the lobby, as newcomers do", async (t) => {
  const { world, ann } = await aVault();
  await ann.says("/leave lobby", "/leave Vault");
  await ann.breaks();
  const again = await world.enters("ann");
  t.equal(again.session.current, world.room("lobby"));
  t.equal(await again.refusal("#Vault the code"), "not-in-named-room");
});

t.test("the room that one talks in is the one from before, not the one that was joined last", async (t) => {
  const { world, ann, eve } = await aVault();
  await eve.says("/create Planes", "/join Planes");
  await ann.says("/join Planes", "/join Vault");
  await ann.breaks();
  const again = await world.enters("ann");
  t.equal(again.heard().at(-1), "You are now talking in Vault.");
  eve.heard();
  await again.says("the code is 4711");
  t.same(eve.heard(), []);
});

t.test("in one room alone nobody has to be told where they talk", async (t) => {
  const { world, eve } = await aVault();
  await eve.breaks();
  const again = await world.enters("eve");
  t.same(again.heard(), ["You are back in lobby. Nothing was said meanwhile."]);
  t.equal(again.session.current, world.room("lobby"));
});

t.test("times are shown as before, and /r answers whoever whispered last", async (t) => {
  const { world, ann, ben } = await aVault();
  await ann.says("/set time on");
  await ben.says("/whisper ann psst");
  await ann.breaks();
  const again = await world.enters("ann");
  t.equal(again.session.showsTime, true);
  t.same(again.session.lastWhisperer?.id, ben.session.id);
  ben.heard();
  await again.says("/r yes");
  t.match(ben.heard()[0], "<<ann>>: yes");
});

t.test("whoever comes back to a private room without an owner gets it", async (t) => {
  const { world, ann, ben } = await aVault();
  await ann.breaks();
  await ben.breaks();
  const room = world.room("Vault");
  room.ownerIsGone();
  const again = await world.enters("ann");
  t.equal(room.owner, again.session.id);
});

t.test("nobody comes back to a room that is being ended, and somebody does if it was not", async (t) => {
  const { world, ann } = await aVault();
  await ann.breaks();
  const room = world.room("Vault");
  const { promise, resolve } = Promise.withResolvers<void>();
  room.ending = promise;
  const again = await world.enters("ann");
  t.equal(room.members.has(again.session), false);
  room.ending = null;
  resolve();
  await world.clock.turn();
  t.ok(room.members.has(again.session));
  t.equal(again.session.current, room);
});
