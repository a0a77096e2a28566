import t, { type Test } from "tap";
import { Machine, netns } from "../support/processes/network.ts";
import { program, withParts } from "../../tools/parts.ts";
import { ChatdProcess, FREE_PORTS } from "../support/processes/process.ts";
import { until } from "../support/sockets/until.ts";

const parts = [netns, program("nc"), program("sysctl")];

/** A daemon that is told no address, on a machine where nobody else can reach it. */
async function startOn(t: Test, machine: Machine): Promise<{ chatd: ChatdProcess; port: string }> {
  const args = ["serve", ...FREE_PORTS, "--database", "memory:", "--admin-socket", "off"];
  const chatd = ChatdProcess.start(t, args, {}, machine.within);
  return { chatd, port: String(await chatd.listening()) };
}

async function canLogIn(t: Test, machine: Machine, address: string, port: string, name: string): Promise<void> {
  const client = machine.run(t, "nc", address, port);
  let output = "";
  client.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  client.stdin?.write(`${name}\n`);
  await until(() => output.includes(`Welcome, ${name}.`) || client.exitCode !== null, `${name} is in`);
  t.match(output, `Welcome, ${name}.`);
}

await withParts(t, parts, "where nothing else is said, people come in over IPv4 and over IPv6", async (t) => {
  const machine = Machine.start(t);
  const { chatd, port } = await startOn(t, machine);
  await canLogIn(t, machine, "127.0.0.1", port, "four");
  await canLogIn(t, machine, "::1", port, "six");
  t.equal(await chatd.end("SIGINT"), 0);
});

await withParts(t, parts, "on a machine without IPv6, people come in over IPv4", async (t) => {
  const machine = Machine.start(t);
  machine.setting("net.ipv6.conf.all.disable_ipv6", "1");
  const { chatd, port } = await startOn(t, machine);
  await canLogIn(t, machine, "127.0.0.1", port, "four");
  t.equal(await chatd.end("SIGINT"), 0);
});
