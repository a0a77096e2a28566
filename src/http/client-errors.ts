import { STATUS_CODES } from "node:http";
import type { ErrorBody } from "./errors.ts";

/** What Node's server says of a peer that broke the protocol, or took too long. */
export interface ClientError extends Error {
  readonly code?: string;
}

const BROKEN = { status: 400, code: "bad-request", error: "This is not HTTP/1.1." };
const BY_CODE: ReadonlyMap<string, typeof BROKEN> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", { status: 408, code: "too-late", error: "The request did not come in time." }],
  ["HPE_HEADER_OVERFLOW", { status: 431, code: "headers-too-long", error: "The headers are longer than 16 KiB." }],
  [
    "HPE_CHUNK_EXTENSIONS_OVERFLOW",
    { status: 413, code: "body-too-long", error: "The body of the request is too long." },
  ],
]);

/** Returns the whole answer to a request that cannot be read, after which the connection is closed. */
export function textOfClientError({ code = "" }: ClientError): string {
  const { status, code: name, error } = BY_CODE.get(code) ?? BROKEN;
  return rawAnswer(status, { error, code: name });
}

/** Returns an answer as bytes, for peers that no request was read from. */
export function rawAnswer(status: number, body: ErrorBody, headers: readonly string[] = []): string {
  const text = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(text)}`,
    "Connection: close",
    ...headers,
    "",
    text,
  ].join("\r\n");
}
