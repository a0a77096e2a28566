import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import Fastify from "fastify";
import t, { type Test } from "tap";
import { listenOnSocket } from "../../../src/http/admin/socket.ts";
import { aFolder } from "../../support/sockets/daemon.ts";
import { ChatdProcess } from "../../support/processes/process.ts";
import { anOperated } from "../../support/sockets/admin.ts";

async function listen(t: Test, path: string): Promise<void> {
  const app = Fastify();
  t.teardown(() => app.close());
  await listenOnSocket(app, path);
}

t.test("only its owner may use it, whatever the process's mask is, and its folder is made", async (t) => {
  const path = join(aFolder(t), "new", "admin.sock");
  const before = process.umask(0);
  await listen(t, path);
  t.equal(process.umask(before), 0, "and the mask is what it was");
  t.equal(statSync(path).mode & 0o777, 0o600);
});

t.test("is gone when the server has ended", async (t) => {
  const { daemon, socket, admin } = await anOperated(t);
  await daemon.stop(0);
  t.equal(statSync(socket, { throwIfNoEntry: false }), undefined);
  await t.rejects(admin.get("/stats"), {
    message: `no chatd answers at ${socket}. Is it running, with the same --data-dir?`,
  });
});

t.test("what a killed process has left is replaced", async (t) => {
  const folder = aFolder(t);
  const args = ["--database", "memory:", "--data-dir", folder];
  const first = await ChatdProcess.serve(t, args);
  await first.end("SIGKILL");
  t.ok(statSync(join(folder, "admin.sock")).isSocket());
  const second = await ChatdProcess.serve(t, args);
  t.equal(await second.end("SIGTERM"), 0);
});

t.test("a living one is left alone", async (t) => {
  const path = join(aFolder(t), "admin.sock");
  const server = createServer().listen(path);
  t.teardown(() => server.close());
  await once(server, "listening");
  await t.rejects(listen(t, path), {
    message: `${path} is in use by another chatd. Choose another --data-dir or --admin-socket.`,
  });
  t.ok(statSync(path).isSocket());
});

t.test("what is no socket is not touched", async (t) => {
  const folder = aFolder(t);
  const path = join(folder, "chatd.db");
  writeFileSync(path, "precious");
  const message = (path: string) => `${path} is there, and is not a socket. Choose another --admin-socket.`;
  await t.rejects(listen(t, path), { message: message(path) });
  t.equal(statSync(path).size, 8);
  mkdirSync(join(folder, "dir"));
  await t.rejects(listen(t, join(folder, "dir")), { message: message(join(folder, "dir")) });
});

t.test("a path has 107 bytes at most", async (t) => {
  const folder = aFolder(t);
  const path = (bytes: number): string => join(folder, "x".repeat(bytes - folder.length - 1));
  await listen(t, path(107));
  await t.rejects(listen(t, path(108)), {
    message: `the path ${path(108)} is too long for a socket: it may have 107 bytes. Choose another --admin-socket.`,
  });
});
