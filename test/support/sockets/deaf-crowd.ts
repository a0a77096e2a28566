import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Test } from "tap";

/** People who send what they are told as fast as the kernel takes it, and read nothing. They are cut off when the test ends. */
export class DeafCrowd {
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  static async connect(t: Test, port: number, size: number): Promise<DeafCrowd> {
    const sockets = Array.from({ length: size }, () => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      // Before it is connected: else it would begin to read.
      socket.pause();
      return socket.on("error", () => {});
    });
    const crowd = new DeafCrowd(sockets);
    t.teardown(() => crowd.cut());
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    return crowd;
  }

  /** @param bytes what each of them sends, by its number */
  send(bytes: (number: number) => Buffer): void {
    for (const [number, socket] of this.#sockets.entries()) if (socket.writable) socket.write(bytes(number));
  }

  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }
}
