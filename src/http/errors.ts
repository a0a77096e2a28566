import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../domain/refusals.ts";
import { StoreError } from "../ports/store-error.ts";
import { answerOfRefusal, answerOfStoreError, type ErrorAnswer, NOT_FOUND } from "./status-of.ts";

/** The body of every error: one sentence for people, one code for programs. */
export interface ErrorBody {
  readonly error: string;
  readonly code: string;
}

/** An error whose message is told to the one who asked. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** After this many seconds somebody who is told to try again may do so. */
const RETRY_AFTER_SECONDS = 1;
const WAITING: ReadonlySet<number> = new Set([429, 503]);

/** Turns errors into answers; no other place does. Bugs are not described to the one who asked. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, error: sentence } = answerTo(error, request.method);
  if (WAITING.has(status)) void reply.header("retry-after", RETRY_AFTER_SECONDS);
  if (status === 401) void reply.header("www-authenticate", "Bearer");
  void reply.code(status).send({ error: sentence, code } satisfies ErrorBody);
}

export function sendNotFound(_request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, error } = NOT_FOUND;
  void reply.code(status).send({ error, code } satisfies ErrorBody);
}

/** Whether an error is neither an answer nor trouble of the store. */
export function isBug(error: unknown): boolean {
  return (
    !(error instanceof HttpError || error instanceof Refusal || error instanceof StoreError) && statusIn(error) >= 500
  );
}

function answerTo(error: unknown, method: string): ErrorAnswer {
  if (error instanceof HttpError) return { status: error.statusCode, code: error.code, error: error.message };
  if (error instanceof Refusal) return answerOfRefusal(error.code);
  if (error instanceof StoreError) return answerOfStoreError(error.code, !isReading(method));
  const status = statusIn(error);
  return { status, ...(OF_FASTIFY[status] ?? (status >= 500 ? FAILED : NOT_UNDERSTOOD)) };
}

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** The status that Fastify gives its own errors; 500 for all others. */
function statusIn(error: unknown): number {
  const { statusCode } = (error ?? {}) as Partial<FastifyError>;
  return typeof statusCode === "number" && statusCode >= 400 ? statusCode : 500;
}

const FAILED: ErrorBody = { error: "Something went wrong here.", code: "internal" };
const NOT_UNDERSTOOD: ErrorBody = { error: "This request cannot be understood.", code: "bad-request" };
const OF_FASTIFY: Readonly<Record<number, ErrorBody>> = {
  404: { error: NOT_FOUND.error, code: NOT_FOUND.code },
  413: { error: "The body of the request is too long.", code: "body-too-long" },
  415: { error: "The body must be JSON: send it with Content-Type: application/json.", code: "not-json" },
};
