import type { FastifyInstance } from "fastify";
import type { HttpTelemetry } from "./telemetry.ts";

/** Tells of each request that was answered. */
export function observe(app: FastifyInstance, telemetry: Pick<HttpTelemetry, "answered">): void {
  app.addHook("onResponse", ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    telemetry.answered({ method, route: routeOptions.url ?? "none", status: statusCode, ms: elapsedTime });
    done();
  });
}
