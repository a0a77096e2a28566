import t from "tap";
import { changeApplication } from "../../src/chat/operations/administer-applications.ts";
import { makeDemo } from "../../src/daemon/demo.ts";
import { keyOf } from "../../src/domain/names.ts";
import { Client } from "../support/sockets/client.ts";
import { ChatdProcess } from "../support/processes/process.ts";
import { aWorld } from "../support/world/people.ts";

t.test("--demo makes an account that is active and open, and one that is not active", async (t) => {
  const world = await aWorld();
  await makeDemo(world.context);
  t.match(
    [...world.context.applications.all()].map(({ handle, isActive, isOpen }) => [handle.shown, isActive, isOpen]),
    [["main"], ["celtra", true, true], ["test", false, false]],
  );
});

t.test("accounts that are there stay as they are", async (t) => {
  const world = await aWorld();
  await makeDemo(world.context);
  const celtra = world.context.applications.byHandle(keyOf("celtra"));
  if (!celtra) throw new Error("no account");
  await changeApplication(world.context, celtra, { isActive: false });
  const before = await world.store.applications();
  await makeDemo(world.context);
  t.same(await world.store.applications(), before);
});

t.test("of several nodes that start together, one makes each account", async (t) => {
  const world = await aWorld();
  world.store.createApplication = () => Promise.resolve(null);
  await makeDemo(world.context);
  t.equal([...world.context.applications.all()].length, 1);
});

t.test("serve --demo has them when it listens", async (t) => {
  const chatd = await ChatdProcess.serve(t, ["--database", "memory:", "--demo"]);
  const one = await Client.login(t, chatd.port, "one");
  t.match(await one.ask("/enter celtra"), [/celtra/]);
  t.match(await one.ask("/enter test"), [/^There is no application with this name/]);
});
