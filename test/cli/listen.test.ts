import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import t, { type Test } from "tap";
import { WebSocketServer } from "ws";
import type { Application } from "../../src/chat/applications/applications.ts";
import { track } from "../../src/chat/operations/track.ts";
import { keyOf } from "../../src/domain/names.ts";
import { webSocketOn } from "../../src/http/websocket/connection.ts";
import { FileStore } from "../../src/store/sqlite/file-store.ts";
import { ChatdProcess, LAUNCHER } from "../support/processes/process.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aTrackingServer, type TrackingServer } from "../support/sockets/tracking-server.ts";
import { until } from "../support/sockets/until.ts";

function listens(t: Test, port: number, ...args: readonly string[]): ChatdProcess {
  return ChatdProcess.start(t, ["listen", "-i", "127.0.0.1", "-p", String(port), ...args]);
}

/** What it has printed, each line with the account and the data. */
function printed({ stdout }: ChatdProcess): string[] {
  const lines = stdout.split("\n").slice(0, -1);
  return lines.map((line) => {
    const { account_id, timestamp, data, ...others } = JSON.parse(line) as Record<string, unknown>;
    if (typeof timestamp !== "number" || Object.keys(others).length > 0) throw new Error(line);
    return `${String(account_id)}:${String(data)}`;
  });
}

async function prints(process: ChatdProcess, ...events: readonly string[]): Promise<void> {
  await until(() => printed(process).length >= events.length, `it prints ${events.length} events`);
}

const range = (account: string, first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => `${account}:${first + i}`);

/** A server on a file, which another one may take over on the same port. */
async function onFile(t: Test, path: string, port = 0): Promise<TrackingServer & { stop: () => Promise<number> }> {
  const store = new FileStore(path, null, Math.floor(Math.random() * 2 ** 40) + 1);
  const server = await aTrackingServer(t, { store, port });
  let isOpen = true;
  const stop = async (): Promise<number> => {
    await server.cut();
    if (isOpen) await store.close();
    isOpen = false;
    return server.port;
  };
  t.teardown(stop);
  return Object.assign(server, { stop });
}

async function tracks(server: TrackingServer, account: Application, first: number, last: number): Promise<void> {
  for (let i = first; i <= last; i++) await track(server.context, account, String(i));
}

function accountOf(server: TrackingServer, handle: string): Application {
  const account = server.context.applications.byHandle(keyOf(handle));
  if (!account) throw new Error(`no account ${handle}`);
  return account;
}

t.test("prints the last events and what comes, one line each and nothing else", async (t) => {
  const server = await aTrackingServer(t);
  const [celtra, other] = [await server.account("celtra"), await server.account("other")];
  await tracks(server, celtra, 1, 25);
  const [all, one] = [listens(t, server.port), listens(t, server.port, "-a", "other")];
  await prints(all, ...range("celtra", 6, 25));
  await until(() => server.sockets.length === 2, "both are there");
  await track(server.context, other, '{"a":[1.10,"\\u001b"]}');
  await until(() => one.stdout.includes("\n") && all.stdout.split("\n").length > 21, "both print it");
  t.match(one.stdout, /^\{"account_id":"other","timestamp":\d{10},"data":\{"a":\[1\.10,"\\u001b"\]\}\}\n$/);
  t.ok(all.stdout.endsWith(one.stdout));
  t.same([await one.end("SIGINT"), one.stderr], [0, ""], "^C ends it without a word");
  t.same([await all.end("SIGTERM"), all.stderr], [0, ""]);
});

t.test("prints each event once and in order, however often the server is started again", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  let server = await onFile(t, path);
  await server.account("celtra");
  const all = listens(t, server.port);
  await until(() => server.sockets.length === 1, "it is there");
  const expected: string[] = [];
  for (let round = 0; round < 3; round++) {
    const celtra = accountOf(server, "celtra");
    const begin = round * 100;
    await tracks(server, celtra, begin + 1, begin + 50);
    if (round === 1) await tracks(server, await server.account("other"), 1, 30);
    const port = await server.stop();
    await all.logged(/Trying again/);
    server = await onFile(t, path, 0);
    // More than the last 20, while it cannot come back.
    await tracks(server, accountOf(server, "celtra"), begin + 51, begin + 100);
    await server.stop();
    server = await onFile(t, path, port);
    expected.push(...range("celtra", begin + 1, begin + 100));
    await until(() => printed(all).includes(`celtra:${begin + 100}`), `round ${round} is printed`);
  }
  const events = printed(all);
  t.same(
    events.filter((event) => event.startsWith("celtra")),
    expected,
  );
  t.same(
    events.filter((event) => event.startsWith("other")),
    range("other", 1, 30),
    "also those of an account that was made meanwhile",
  );
  t.equal(await all.end("SIGINT"), 0);
});

t.test("whoever has printed nothing yet misses nothing either", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  let server = await onFile(t, path);
  const celtra = await server.account("celtra");
  const one = listens(t, server.port, "-a", "celtra");
  await until(() => [...server.context.rooms.all()].length > 0 && server.sockets.length === 1, "it is there");
  await until(() => (server.sockets[0] ? webSocketOn(server.sockets[0]) !== undefined : false), "it is subscribed");
  const port = await server.stop();
  server = await onFile(t, path);
  await tracks(server, accountOf(server, "celtra"), 1, 30);
  await server.stop();
  await onFile(t, path, port);
  await prints(one, ...range("celtra", 1, 30));
  t.same(printed(one), range("celtra", 1, 30));
  t.equal(celtra.handle.shown, "celtra");
});

t.test("says once what it waits for, and when it is there", async (t) => {
  const server = await aTrackingServer(t);
  const { port } = server;
  await server.cut();
  const one = listens(t, port);
  await one.logged(/^chatd: 127\.0\.0\.1:\d+: ECONNREFUSED\. Trying again until it answers\.\n/);
  await aTrackingServer(t, { port });
  await one.logged(/connected\.\n$/);
  t.equal(one.stderr.split("\n").length, 3);
  t.equal(one.stdout, "");
});

t.test("ends where the server refuses for good, and tries again where it does not", async (t) => {
  const server = await aTrackingServer(t, { apiKey: "key" });
  await server.account("celtra");
  const unknown = ChatdProcess.start(t, ["listen", "-p", String(server.port), "-a", "nobody"], {
    CHATD_API_KEY: "key",
  });
  t.equal(await unknown.exited(), 1);
  t.match(unknown.stderr, /^chatd: 127\.0\.0\.1:\d+: Account not found \(status 404\)\n$/);
  const stranger = listens(t, server.port);
  t.equal(await stranger.exited(), 1);
  t.match(stranger.stderr, /wants an API key .*\(status 401\)\n$/);
  const answers = createServer((_request, response) => response.writeHead(503).end('{"error":"\\u001b[2Jno"}'));
  t.teardown(() => answers.close());
  answers.listen(0, "127.0.0.1");
  await once(answers, "listening");
  const address = answers.address();
  const patient = listens(t, typeof address === "object" ? (address?.port ?? 0) : 0);
  await patient.logged(/: no \(status 503\)\. Trying again/);
  t.notMatch(patient.stderr, "\u001b", "what somebody else's server says is cleaned");
  t.equal(await patient.end("SIGINT"), 0);
});

t.test("a server that bans it ends it", async (t) => {
  const server = await aTrackingServer(t);
  const one = listens(t, server.port);
  const side = () => (server.sockets[0] ? webSocketOn(server.sockets[0]) : undefined);
  await until(() => side() !== undefined, "it is there");
  side()?.closeBecause("banned");
  t.equal(await one.exited(), 1);
  t.match(one.stderr, /closed the connection for good \(code 4502\)/);
});

t.test("a closed pipe ends it without a word", async (t) => {
  const server = await aTrackingServer(t);
  const celtra = await server.account("celtra");
  await tracks(server, celtra, 1, 1);
  const child = spawn(LAUNCHER, ["listen", "-p", String(server.port)], { stdio: ["ignore", "pipe", "pipe"] });
  t.teardown(() => child.kill("SIGKILL"));
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child.stdout, "data");
  child.stdout.destroy();
  const closed = once(child, "close");
  let isClosed = false;
  void closed.then(() => (isClosed = true));
  for (let i = 2; i < 1000 && !isClosed; i++) await tracks(server, celtra, i, i);
  t.same([(await closed)[0], stderr], [0, ""]);
});

t.test("prints the events of any server of the contract, with binary frames and without numbers", async (t) => {
  const http = createServer();
  const other = new WebSocketServer({ server: http, path: "/websocket" });
  const event = '{"account_id":"celtra","timestamp":1538056370,"data":"0d599f0ec05c3bda8c3b8a68c32a1b47"}';
  other.on("connection", (socket) => socket.send(Buffer.from(event)));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.teardown(() => {
    for (const client of other.clients) client.terminate();
    http.close();
  });
  const address = http.address();
  const one = listens(t, typeof address === "object" ? (address?.port ?? 0) : 0);
  await until(() => one.stdout !== "", "it prints");
  t.equal(one.stdout, `${event}\n`);
  t.equal(await one.end("SIGINT"), 0);
});

t.test("a port that is none is wrong usage", async (t) => {
  for (const port of ["0", "x", "65536"]) {
    const one = ChatdProcess.start(t, ["listen", "-p", port]);
    t.equal(await one.exited(), 2);
    t.match(one.stderr, /^chatd: --port .*: a port is a number from 1 to 65535\.\n$/);
  }
});
