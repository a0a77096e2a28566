import { spawn } from "node:child_process";
import { once } from "node:events";
import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aListeningSocket } from "../support/sockets/listening-socket.ts";
import { ChatdProcess, LAUNCHER } from "../support/processes/process.ts";
import { until } from "../support/sockets/until.ts";

/** Holds descriptor 3, and runs a daemon again and again that is told of it, as systemd would. */
const KEEPER = `
  while :; do
    /bin/sh -c 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"' sh "$@"
  done`;

/** A socket that listens, and daemons on it, each with the same arguments. */
async function keep(t: Test, args: readonly string[]): Promise<{ port: number; keeper: ChatdProcess }> {
  const socket = await aListeningSocket();
  const child = spawn("/bin/sh", ["-c", KEEPER, "sh", LAUNCHER, ...args], {
    stdio: ["ignore", "pipe", "pipe", socket.fd],
    detached: true,
  });
  t.teardown(async () => {
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await once(child, "exit");
  });
  socket.close();
  return { port: socket.port, keeper: new ChatdProcess(child) };
}

function pids({ stderr }: ChatdProcess): number[] {
  return Array.from(stderr.matchAll(/"pid":(\d+)/g), ([, pid]) => Number(pid));
}

t.test("a socket that is handed on is listened on, and refuses nobody between two daemons", async (t) => {
  const place = [
    "--host",
    "192.0.2.1",
    "--port",
    "1",
    "--ops-port",
    "off",
    "--http-port",
    "off",
    "--data-dir",
    aFolder(t),
  ];
  const { port, keeper } = await keep(t, ["serve", ...place, "--drain", "1s"]);
  t.equal(await keeper.listening(), port, "whatever --host and --port say");
  const one = await Client.login(t, port, "one");
  await until(() => pids(keeper).length === 1, "the first daemon says who it is");

  process.kill(pids(keeper)[0] ?? 0, "SIGTERM");
  await one.expect("[*]: The server is restarting. Please connect again in a moment.");
  const two = await Client.connect(t, port);
  t.same(two.lines, [], "it waits");
  one.socket.end();
  await two.logIn("two");
  t.equal(pids(keeper).length, 2, "the second daemon took it");
});

t.test("a socket for TLS without a certificate ends the start", async (t) => {
  const chatd = ChatdProcess.start(t, ["--data-dir", aFolder(t)], {}, [
    "/bin/sh",
    "-c",
    'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=tls; exec "$@" 3</dev/null',
    "sh",
  ]);
  t.equal(await chatd.exited(), 1);
  t.equal(
    chatd.stderr,
    "chatd: systemd hands on a socket for TLS: give --tls-port, --tls-cert and --tls-key, or disable it.\n",
  );
});
