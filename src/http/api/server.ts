import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Clock } from "../../ports/clock.ts";
import { inTime } from "../../ports/in-time.ts";
import { StoreError } from "../../ports/store-error.ts";

/** A server whose routes are typed by their schemas. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Longest time for which a request waits for the store, in milliseconds: shorter than the patience of most clients. */
const ANSWER_MS = 20_000;

/** As the task, which changes something; rejects with a `StoreError` if its outcome is not known in time. */
export function answered<T>(clock: Clock, task: Promise<T>): Promise<T> {
  return inTime(task, ANSWER_MS, clock, () => new StoreError("unavailable", "store a request: no answer came in time"));
}
