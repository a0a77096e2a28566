import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { Cable, Machine, netns } from "../support/processes/network.ts";
import { program, withParts } from "../../tools/parts.ts";
import { until } from "../support/sockets/until.ts";

await withParts(t, [netns, program("nc")], "a connection that dies without a word frees its name", async (t) => {
  const machine = Machine.start(t);
  const cable = Cable.plugIn(t, machine);
  // Nobody is in a room with it: what is written to it would be sent again for many minutes, and no keep-alive then.
  const { port } = await aDaemon(t, { host: [cable.address, "127.0.0.1"], keepalive: "1s", lobby: "none" });
  const one = machine.run(t, "nc", cable.address, String(port));
  one.stdin?.write("one\n");
  const two = await Client.login(t, port, "two");
  await until(async () => (await two.ask("/users")).includes("Online users: one, two"), "one is in");

  cable.unplug();
  await until(async () => (await two.ask("/users")).includes("Online users: two"), "the name is free");
  t.equal(one.exitCode, null, "the other end has not closed");
  const again = await Client.login(t, port, "one");
  t.same(await again.ask("/users"), ["Online users: one, two"]);
});
