import { once } from "node:events";
import { connect, type Socket } from "node:net";
import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { Chance, hostileSession, type HostileStep, withoutDrawing } from "../support/sockets/hostile.ts";
import { opsPortOf, readMetric } from "../support/sockets/ops.ts";
import { ChatdProcess } from "../support/processes/process.ts";
import { seed } from "../support/property.ts";
import { until } from "../support/sockets/until.ts";

const SESSIONS = 1000;
const AT_ONCE = 50;

/** Does one step, and returns when the kernel has it; a connection that is closed takes no more. */
async function act(socket: Socket, step: HostileStep): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return;
  if (step === "end") socket.end();
  else if (step === "reset") socket.resetAndDestroy();
  else if (step === "deaf") socket.pause();
  else await new Promise<void>((resolve) => socket.write(step, () => resolve()));
}

/** Runs a session to its end. Resolves with all that came back. */
async function run(port: number, steps: readonly HostileStep[]): Promise<Buffer> {
  const output: Buffer[] = [];
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
  socket.on("data", (chunk: Buffer) => output.push(chunk)).on("error", () => {});
  await once(socket, "connect");
  for (const step of steps) await act(socket, step);
  if (steps.at(-1) === "end" && !socket.readableEnded && !socket.isPaused() && !socket.destroyed) {
    await Promise.race([once(socket, "end"), once(socket, "close")]);
  }
  socket.destroy();
  return Buffer.concat(output);
}

t.test(
  `${SESSIONS} hostile sessions over sockets: people who are in notice nothing, and nothing is left`,
  async (t) => {
    t.comment(`random sessions from CHATD_TEST_SEED=${seed}`);
    const chance = new Chance(seed);
    const chatd = await ChatdProcess.serve(t, ["--database", "memory:", "--ops-port", "0"]);
    const opsPort = await opsPortOf(chatd);
    const [one, two] = [await Client.login(t, chatd.port, "one"), await Client.login(t, chatd.port, "two")];
    const names = ["chatd_sessions", "chatd_connections", "chatd_outbox_bytes", "chatd_pending_lines"];
    const gauges = () => Promise.all(names.map((name) => readMetric(opsPort, name)));
    const before = await gauges();
    for (let done = 0; done < SESSIONS; done += AT_ONCE) {
      const sessions = Array.from({ length: AT_ONCE }, () => hostileSession(chance));
      one.send(`hello ${done}`);
      const outputs = await Promise.all(sessions.map((steps) => run(chatd.port, steps)));
      for (const [i, output] of outputs.entries()) {
        // What was cut off in the middle may end in the middle of a letter.
        const whole = output.subarray(0, output.lastIndexOf("\n") + 1);
        const controls = controlsIn(withoutDrawing(whole));
        if (controls.length > 0) t.fail(`${controls.join(" ")} went out`, { steps: sessions[i]?.map(String) });
      }
      await two.expect(`[one]: hello ${done}`);
    }
    for (const client of [one, two]) t.same(controlsIn(client.raw), []);
    await until(async () => (await gauges()).join() === before.join(), "everything is as it was");
    t.match(await one.ask("/users"), ["Online users: one, two"]);
    t.equal(await readMetric(opsPort, "chatd_failures_total"), 0);
    t.equal(await chatd.end("SIGINT"), 0);
    t.notMatch(chatd.stderr, /"level":[56]0/);
  },
);
