import t from "tap";
import { Client } from "../support/client.ts";
import { aDaemon } from "../support/daemon.ts";

const HOW = "Leave with /quit and log in under the new name.";

t.test("tells how to get another name, whether one was named or not, and changes nothing", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/nick", "/NICK two"), [HOW, HOW]);
  t.same(await one.ask("/users"), ["Online users: one"]);
});

t.test("takes one name at most", async (t) => {
  const { port } = await aDaemon(t);
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/nick two three"), ["That is too much. Usage: /nick"]);
});
