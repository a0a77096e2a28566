import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createSecureContext, createServer, type Server, type TlsOptions, type TLSSocket } from "node:tls";
import type { Clock } from "../ports/clock.ts";

export interface TlsFiles {
  /** PEM files: the certificate with those that lead to its root, and its key. */
  readonly cert: string;
  readonly key: string;
}

/** Maximum time of a handshake. */
const HANDSHAKE_MS = 10_000;
/** Lifetime of a ticket key, which stays in memory: anybody who learns it can read what was said under it. */
const TICKET_KEY_MS = 6 * 60 * 60 * 1000;
/** Name, HMAC key and AES key of session tickets, as OpenSSL wants them. */
const TICKET_KEY_BYTES = 48;

/**
 * TLS 1.3 lets a peer send key updates (RFC 8446, section 4.6.3), which cost time and carry no data. A peer that sends
 * this many times as much as its data, and 64 KiB more, is closed; a record of one byte takes some 25 bytes.
 */
const MAX_RATIO = 64;
const MAX_EMPTY_BYTES = 64 * 1024;
const CHECK_MS = 100;

/** The server's side of TLS: version 1.2 or newer, with Node's ciphers. */
export class Tls {
  readonly #clock: Clock;
  readonly #server: Server;
  /** Handshakes under way, by `endsOf` their socket. */
  readonly #shaking = new Map<string, (secured: TLSSocket) => void>();

  /** Open connections, and the sockets under them. */
  readonly #open = new Map<TLSSocket, Socket>();
  #isChecking = false;

  /** Throws an error that names the file when one cannot be read, or they do not fit together. */
  constructor(files: TlsFiles, clock: Clock) {
    this.#clock = clock;
    this.#server = withFiles(files, createServer);
    this.#server.on("secureConnection", (secured) => this.#shaking.get(endsOf(secured))?.(secured));
    this.#rotateLater();
  }

  /** Reads the files again. Returns a function that applies them to new connections. Throws as the constructor does. */
  prepare(files: TlsFiles): () => void {
    return withFiles(files, (options) => {
      createSecureContext(options);
      return () => this.#server.setSecureContext(options);
    });
  }

  /** Does the handshake; null: it failed, and the socket is closed. Another (RFC 5246, 7.4.1.1) ends the connection. */
  secure(socket: Socket): Promise<TLSSocket | null> {
    return new Promise((resolve) => {
      const ends = endsOf(socket);
      const settle = (secured: TLSSocket | null): void => {
        timer.cancel();
        socket.off("close", fail);
        this.#shaking.delete(ends);
        resolve(secured);
      };
      const fail = (): void => settle(null);
      const timer = this.#clock.after(HANDSHAKE_MS, () => socket.destroy());
      socket.once("close", fail);
      this.#shaking.set(ends, (secured) => {
        secured.allowHalfOpen = true;
        secured.disableRenegotiation();
        secured.on("error", () => secured.destroy());
        this.#open.set(secured, socket);
        secured.once("close", () => this.#open.delete(secured));
        this.#checkLater();
        settle(secured);
      });
      // A peer that ends its side before the handshake is complete never completes it.
      socket.allowHalfOpen = false;
      this.#server.emit("connection", socket);
    });
  }

  #checkLater(): void {
    if (this.#isChecking || this.#open.size === 0) return;
    this.#isChecking = true;
    this.#clock.after(CHECK_MS, () => {
      this.#isChecking = false;
      for (const [secured, socket] of this.#open) {
        if (socket.bytesRead > MAX_EMPTY_BYTES + MAX_RATIO * secured.bytesRead) secured.destroy();
      }
      this.#checkLater();
    });
  }

  #rotateLater(): void {
    this.#clock.after(TICKET_KEY_MS, () => {
      this.#server.setTicketKeys(randomBytes(TICKET_KEY_BYTES));
      this.#rotateLater();
    });
  }
}

/** Returns the addresses that no other connection but a `TLSSocket` and its socket has; after a reset it has none. */
function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return [localAddress, localPort, remoteAddress, remotePort].join(" ");
}

function withFiles<T>({ cert, key }: TlsFiles, use: (options: TlsOptions) => T): T {
  const pem = { cert: readFileSync(cert), key: readFileSync(key) };
  try {
    return use({ ...pem, minVersion: "TLSv1.2", honorCipherOrder: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`use ${cert} with the key ${key} for TLS: ${reason}`, { cause: error });
  }
}
