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
  readonly isReady: () => boolean;
  /** Whether the last call of the store succeeded. */
  readonly isStoreWell: () => boolean;
}

const string = { type: "string" } as const;
const status = { type: "object", properties: { status: string }, required: ["status"] } as const;
const ready = { type: "object", properties: { status: string, store: string }, required: ["status", "store"] } as const;

/** HTTP for monitoring: whether the server is alive, whether it takes connections, and its metrics. */
export function createOps({ metrics, isReady, isStoreWell }: OpsState): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, frameworkErrors: sendError });
  app.get("/healthz", { schema: { response: { 200: status } } }, () => ({ status: "alive" }));
  // The store does not count: while a shared one is away, a load balancer would take all nodes out, and end the chat.
  app.get("/readyz", { schema: { response: { 200: ready, 503: ready } } }, (_request, reply) => {
    const store = isStoreWell() ? "works" : "fails";
    return isReady() ? { status: "ready", store } : reply.code(503).send({ status: "draining", store });
  });
  app.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: "There is nothing here. Try /healthz, /readyz or /metrics.", code: "not-found" }),
  );
  return app;
}

/** Listens. Resolves with the port. */
export async function listenOps(app: FastifyInstance, { host, port }: OpsSettings): Promise<number> {
  await app.listen({ host, port });
  const address = app.server.address();
  return typeof address === "object" && address ? address.port : port;
}
