/** Runs on a machine of its own, which `systemd.test.ts` boots together with the unit of a server that goes into the background. */
import { readFileSync } from "node:fs";
import t from "tap";
import { Client } from "../../support/client.ts";
import { Service } from "../../support/service.ts";
import { until } from "../../support/until.ts";

const background = new Service("background.service");
const chatd = new Service("chatd.service");

/** What the other server's program did: `started PID`, `stopped`. */
function deeds(): string[] {
  return readFileSync("/run/background.log", "utf8").trim().split("\n");
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

t.test("a server that goes into the background is ended and started for ever; chatd is not", async (t) => {
  chatd.start();
  const pid = chatd.pid;
  const one = await Client.login(t, 8080, "one");

  background.start();
  // The command has ended well: systemd takes the server for done, stops what is left of it, and starts the next one.
  await until(() => background.restarts >= 2, "it was started again, twice");
  t.equal(background.shown("Result"), "success", "nothing says that anything failed");
  const [first = "", second] = deeds();
  t.match(first, /^started \d+$/);
  t.equal(second, "stopped");
  t.notOk(isAlive(Number(first.split(" ")[1])), "the server that was started first is gone");

  t.equal(chatd.restarts, 0);
  t.equal(chatd.pid, pid);
  t.same(await one.ask("/users"), ["Online users: one"]);
});
