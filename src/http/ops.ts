import Fastify, { type FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { sendError } from "./errors.ts";

export interface OpsSettings {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

export interface OpsState {
  readonly metrics: Registry;
  /** Whether new connections are wanted. */
  readonly isReady: () => boolean;
}

const status = { type: "object", properties: { status: { type: "string" } }, required: ["status"] } as const;

/** The listener for those who run the server: is it alive, does it take connections, what does it count. */
export function createOps({ metrics, isReady }: OpsState): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, frameworkErrors: sendError });
  app.get("/healthz", { schema: { response: { 200: status } } }, () => ({ status: "alive" }));
  app.get("/readyz", { schema: { response: { 200: status, 503: status } } }, (_request, reply) =>
    isReady() ? { status: "ready" } : reply.code(503).send({ status: "draining" }),
  );
  app.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: "There is nothing here. Try /healthz, /readyz or /metrics.", code: "not-found" }),
  );
  return app;
}

/** Listens, and returns the port. */
export async function listenOps(app: FastifyInstance, { host, port }: OpsSettings): Promise<number> {
  await app.listen({ host, port });
  const address = app.server.address();
  return typeof address === "object" && address ? address.port : port;
}
