import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { StoreError } from "../../ports/store-error.ts";
import type { Telemetry } from "../../ports/telemetry.ts";
import { type ErrorBody, HttpError } from "../errors.ts";
import { bearerIn } from "../bearer.ts";
import { connectionOf } from "../connection.ts";
import { WebSocketConnection, type WebSocketOwner, type WebSocketParts } from "./connection.ts";
import { handshakes, type ReadingSocket } from "./reading-socket.ts";

/** What a request to become a WebSocket has shown. */
export interface UpgradeRequest {
  readonly hasApiKey: boolean;
  /** What stands behind `Bearer` in `Authorization`; null: nothing. */
  readonly bearer: string | null;
  readonly query: URLSearchParams;
}

/** A WebSocket that may begin. One of `start` and `abandon` is called. */
export interface OpenedSocket extends WebSocketOwner {
  /** Headers of the answer, by their names. */
  readonly headers: Readonly<Record<string, string>>;
  start(connection: WebSocketConnection): void;
  /** The peer has gone before its handshake. */
  abandon(): void;
}

/** What answers at a path. Rejects with an `HttpError` or a `StoreError`, of which the peer is told. */
export type Endpoint = (request: UpgradeRequest) => Promise<OpenedSocket>;

export interface UpgradeParts extends WebSocketParts {
  readonly telemetry: Pick<Telemetry, "failed" | "storeHealth">;
  /** Judges a request as the guard of the other routes does. Throws an `HttpError` where it is refused. */
  readonly judge: (request: IncomingMessage) => { readonly hasApiKey: boolean };
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

const NOT_FOUND = new HttpError(404, "not-found", "Resource Not Found");
const NO_URL = new HttpError(400, "bad-request", "This request cannot be understood.");
const UNREAD = new HttpError(503, "read-failed", "The database cannot be read now. Try again soon.");
const FAILED = new HttpError(500, "internal", "Something went wrong here.");
/** Seconds after which somebody who is told to try again may do so. */
const RETRY_AFTER_SECONDS = 1;

/** Returns what handles the `upgrade` event of an HTTP server: it makes WebSockets (RFC 6455, 4.2), or answers why not. */
export function upgradeOf(parts: UpgradeParts): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = handshakes();
  const headersOf = new WeakMap<IncomingMessage, Readonly<Record<string, string>>>();
  server.on("headers", (headers, request) => {
    for (const [name, value] of Object.entries(headersOf.get(request) ?? {})) headers.push(`${name}: ${value}`);
  });
  server.on("wsClientError", ({ message }, socket) =>
    refuse(socket, new HttpError(400, "no-websocket", `${message}.`)),
  );

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const opened = await openAt(parts, request);
    if (socket.destroyed) return opened.abandon();
    headersOf.set(request, opened.headers);
    let connection: WebSocketConnection | null = null;
    server.handleUpgrade(request, socket, head, (reader: ReadingSocket) => {
      // The HTTP server gives what it was given by the listener.
      connection = new WebSocketConnection(socket as Socket, reader, parts, opened);
      connectionOf(socket as Socket)?.upgrade(connection);
      opened.start(connection);
    });
    if (!connection) opened.abandon();
  }

  return (request, socket, head) => {
    // A connection that breaks emits `close`, too.
    socket.on("error", () => {});
    upgrade(request, socket, head).catch((error: unknown) => refuse(socket, answerTo(error, parts)));
  };
}

function openAt({ endpoints, judge }: UpgradeParts, request: IncomingMessage): Promise<OpenedSocket> {
  const { hasApiKey } = judge(request);
  const url = URL.parse(request.url ?? "", "http://localhost");
  if (!url) throw NO_URL;
  const endpoint = Object.hasOwn(endpoints, url.pathname) ? endpoints[url.pathname] : undefined;
  if (!endpoint) throw NOT_FOUND;
  return endpoint({ hasApiKey, bearer: bearerIn(request.headers.authorization), query: url.searchParams });
}

function answerTo(error: unknown, { telemetry }: UpgradeParts): HttpError {
  if (error instanceof HttpError) return error;
  if (!(error instanceof StoreError)) {
    telemetry.failed("open a WebSocket", error);
    return FAILED;
  }
  telemetry.storeHealth(error);
  return UNREAD;
}

function refuse(socket: Duplex, { statusCode, code, message }: HttpError): void {
  const body = JSON.stringify({ error: message, code } satisfies ErrorBody);
  const lines = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  if (statusCode === 401) lines.push("WWW-Authenticate: Bearer");
  if (statusCode === 503 || statusCode === 429) lines.push(`Retry-After: ${RETRY_AFTER_SECONDS}`);
  socket.once("finish", () => socket.destroy());
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}
