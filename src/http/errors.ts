import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

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

/** Turns errors into answers; no other place does. Bugs are not described to the one who asked. */
export function sendError(error: FastifyError | HttpError, _request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  void reply.code(status).send(bodyOf(error, status));
}

function bodyOf(error: FastifyError | HttpError, status: number): ErrorBody {
  if (error instanceof HttpError) return { error: error.message, code: error.code };
  if (status >= 500) return { error: "Something went wrong here.", code: "internal" };
  return { error: "This request cannot be understood.", code: "bad-request" };
}
