import { connect, type Socket } from "node:net";
import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess, HERE } from "../support/processes/process.ts";
import { until } from "../support/sockets/until.ts";

/** A daemon that may have so many files open. */
async function serveWithFiles(
  t: Test,
  files: number,
  ...args: readonly string[]
): Promise<{ port: number; chatd: ChatdProcess }> {
  const place = [...HERE, "--data-dir", aFolder(t)];
  const limits = ["--max-connections-per-address", "0", "--max-new-per-minute", "0", ...args];
  const within = ["sh", "-c", `ulimit -n ${files}; exec "$0" "$@"`];
  const chatd = ChatdProcess.start(t, ["serve", ...place, ...limits], {}, within);
  return { chatd, port: await chatd.listening() };
}

interface Newcomer {
  readonly socket: Socket;
  isClosed: boolean;
  output: string;
}

function aNewcomer(t: Test, port: number): Newcomer {
  const socket = connect({ port, host: "127.0.0.1" });
  const newcomer: Newcomer = { socket, isClosed: false, output: "" };
  t.teardown(() => socket.destroy());
  socket.on("data", (chunk: Buffer) => (newcomer.output += chunk.toString())).on("error", () => {});
  socket.on("close", () => (newcomer.isClosed = true));
  return newcomer;
}

t.test("when files run out newcomers are closed, those who are in go on, and later others come in", async (t) => {
  const { chatd, port } = await serveWithFiles(t, 80, "--max-connections", "0");
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  const crowd = Array.from({ length: 150 }, () => aNewcomer(t, port));
  await until(() => crowd.every(({ isClosed, output }) => isClosed || output !== ""), "each is in, or closed");
  const inside = crowd.filter(({ isClosed }) => !isClosed);
  t.ok(inside.length > 20 && inside.length < 80, `${inside.length} are in`);
  one.send("still here");
  await two.expect("[one]: still here");
  for (const { socket } of inside) socket.destroy();
  await until(async () => {
    const late = aNewcomer(t, port);
    await until(() => late.isClosed || late.output !== "", "an answer");
    return late.output === "Login:";
  }, "somebody comes in again");
  t.same(await two.ask("/users"), ["Online users: one, two"]);
  t.equal(await chatd.end("SIGINT"), 0);
});

t.test("files are left for everything else: past the limit less 200 the server says that it is full", async (t) => {
  const { port } = await serveWithFiles(t, 203);
  const crowd = Array.from({ length: 4 }, () => aNewcomer(t, port));
  await until(() => crowd.every(({ output }) => output !== ""), "each has an answer");
  t.same(crowd.map(({ output }) => output).toSorted(), [
    "Login:",
    "Login:",
    "Login:",
    "This server is full (3 connections). Please try again later.\r\n",
  ]);
});
