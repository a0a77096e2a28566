import { lstatSync, mkdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import type { FastifyInstance } from "fastify";

/** Maximum bytes of the path of a socket: 108 with the zero at its end (unix(7)). */
const MAX_PATH_BYTES = 107;
/** The umask: only the user who runs the server may read or write the socket. */
const MASK = 0o177;

/** Listens on a unix socket for its owner alone. Rejects when a process listens there, or the path cannot be used. */
export async function listenOnSocket(app: FastifyInstance, path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new Error(
      `the path ${path} is too long for a socket: it may have ${MAX_PATH_BYTES} bytes. Choose another --admin-socket.`,
    );
  }
  mkdirSync(dirname(path), { recursive: true });
  await removeDead(path);
  await app.ready();
  await new Promise<void>((resolve, reject) => {
    app.server.once("error", reject);
    // `listen` makes the socket within the call, so there is no moment in which others could open it.
    const before = process.umask(MASK);
    try {
      app.server.listen(path, () => {
        app.server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}

async function removeDead(path: string): Promise<void> {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isSocket()) throw new Error(`${path} is there, and is not a socket. Choose another --admin-socket.`);
  if (await isAlive(path)) {
    throw new Error(`${path} is in use by another chatd. Choose another --data-dir or --admin-socket.`);
  }
  rmSync(path, { force: true });
}

/** Whether a process listens on a socket. Every answer but a refused connection counts as alive. */
function isAlive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "ECONNREFUSED"));
  });
}
