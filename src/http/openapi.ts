import swagger from "@fastify/swagger";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { ApiServer } from "./api/server.ts";

const DESCRIPTION =
  "Applications have chats, and chats have messages. An application's token, in the path, opens what is under it. A chat is a room: " +
  "people on telnet see at once what is posted, and what they say there is a message of it.";

/** Makes a document of all routes that are added from now on (OpenAPI 3.1), and serves it. */
export async function addOpenApi(app: ApiServer): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "chatd", version: "1", description: DESCRIPTION },
      tags: [{ name: "applications" }, { name: "chats" }, { name: "messages" }],
      components: {
        securitySchemes: {
          apiKey: {
            type: "http",
            scheme: "bearer",
            description: "One of --api-key. Where none is set, none is wanted.",
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  let document: string | null = null;
  app.get("/api/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type("application/json; charset=utf-8").send(document);
  });
}
