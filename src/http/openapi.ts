import swagger from "@fastify/swagger";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { ApiServer } from "./api/server.ts";

/** What of a document of OpenAPI 3.1 is read or completed here; the library makes it so. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export interface Operation {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, ResponseOf>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

interface ResponseOf {
  description: string;
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

/** A schema as far as it is used here. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly examples?: readonly unknown[];
  readonly description?: string;
}

const DESCRIPTION =
  "Applications have chats, and chats have messages. An application's token, in the path, opens what is under it. A chat is a " +
  "room: people on telnet see at once what is posted, and what they say there is a message of it.";

/** What an answer without a description of its own means, by its status. */
const MEANING: Readonly<Record<string, string>> = {
  200: "Done.",
  400: "A field is missing, or the request cannot be understood.",
  401: "An API key is wanted, or the one that came is none.",
  403: "The application is inactive, or the host or origin of the request is not allowed.",
  404: "There is nothing under this token or number.",
  409: "The name is taken.",
  412: "The message was changed meanwhile.",
  413: "The body is longer than 64 KiB, or the text in it too long.",
  415: "The body is not application/json.",
  422: "A field has a value that it may not have; error names it.",
  429: "There are too many requests. Retry-After says when to try again.",
  503: "Nothing is stored or read now. Retry-After says when to try again.",
  504: "It is unknown whether this was stored.",
};

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
    transformObject: (document) => completed(jsonSchemaTransformObject(document)),
  });
  let json: string | null = null;
  app.get("/api/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    json ??= JSON.stringify(documentOf(app));
    return reply.type("application/json; charset=utf-8").send(json);
  });
}

/** Returns the document of all routes. */
export function documentOf(app: ApiServer): ApiDocument {
  // Each route here has what `Operation` has.
  return app.swagger() as unknown as ApiDocument;
}

/** Says what each answer means, that a body which may be null may be missing, and leaves out schemas that nothing uses. */
function completed<T extends object>(made: T): T {
  const document = made as unknown as ApiDocument;
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  for (const { requestBody, responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      if (response.description === "Default Response") response.description = MEANING[status] ?? "";
    }
    const schema = requestBody?.content["application/json"]?.schema;
    if (requestBody && schema?.anyOf?.some(({ type }) => type === "null")) requestBody.required = false;
  }
  const { schemas } = document.components;
  const used = Object.entries(schemas).filter(([name]) => !name.endsWith("Input"));
  return { ...made, components: { ...document.components, schemas: Object.fromEntries(used) } };
}
