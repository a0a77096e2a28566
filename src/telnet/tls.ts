import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type { Clock } from "../chat/ports.ts";

export interface TlsFiles {
  /** PEM files: the certificate with those that lead to its root, and its key. */
  readonly cert: string;
  readonly key: string;
}

/** A peer that has not shaken hands by then does not mean to. */
const HANDSHAKE_MS = 10_000;
/** Whoever learns a ticket key can read what was said under it: each is used for so long, and is nowhere but in memory. */
const TICKET_KEY_MS = 6 * 60 * 60 * 1000;
/** Name, HMAC key and AES key of session tickets, as OpenSSL wants them. */
const TICKET_KEY_BYTES = 48;

/** The server's side of TLS: version 1.2 or newer, with Node's ciphers. */
export class Tls {
  readonly #clock: Clock;
  #pem: { readonly cert: Buffer; readonly key: Buffer };
  #context: SecureContext;

  /** Throws an error that names the file when one cannot be read, or they do not fit together. */
  constructor(files: TlsFiles, clock: Clock) {
    this.#clock = clock;
    this.#pem = readFiles(files);
    this.#context = toContext(this.#pem, files);
    this.#rotateLater();
  }

  /** Reads the files again, for connections from now on. Throws as the constructor does; then nothing has changed. */
  reload(files: TlsFiles): void {
    const pem = readFiles(files);
    this.#context = toContext(pem, files);
    this.#pem = pem;
  }

  /** Shakes hands; resolves with null when that fails, and the socket is closed then. */
  secure(socket: Socket): Promise<TLSSocket | null> {
    const secured = new TLSSocket(socket, { isServer: true, secureContext: this.#context, ALPNProtocols: [] });
    return new Promise((resolve) => {
      const timer = this.#clock.after(HANDSHAKE_MS, () => secured.destroy());
      secured.once("secure", () => {
        timer.cancel();
        resolve(secured);
      });
      secured.on("error", () => secured.destroy());
      secured.once("close", () => {
        timer.cancel();
        resolve(null);
      });
    });
  }

  #rotateLater(): void {
    this.#clock.after(TICKET_KEY_MS, () => {
      this.#context = createSecureContext(options(this.#pem));
      this.#rotateLater();
    });
  }
}

function readFiles({ cert, key }: TlsFiles): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

function toContext(pem: { cert: Buffer; key: Buffer }, { cert, key }: TlsFiles): SecureContext {
  try {
    return createSecureContext(options(pem));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`use ${cert} with the key ${key} for TLS: ${reason}`, { cause: error });
  }
}

function options(pem: { cert: Buffer; key: Buffer }) {
  return { ...pem, minVersion: "TLSv1.2" as const, honorCipherOrder: true, ticketKeys: randomBytes(TICKET_KEY_BYTES) };
}
