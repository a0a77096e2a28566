import fc from "fast-check";
import t from "tap";
import { z } from "zod";
import type { ApiDocument, JsonSchema, Operation } from "../../../src/http/openapi.ts";
import { holdsInTime } from "../../support/property.ts";
import { type Api, anApi, NO_TOKEN } from "../../support/http/api.ts";

const METHODS = ["get", "post", "put", "patch", "delete"] as const;
const RUNS = 400;

interface AnyRequest {
  readonly method: (typeof METHODS)[number];
  readonly path: string;
  readonly operation: Operation;
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly isRaw: boolean;
}

/** Values that fit no schema in particular. */
const odd = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(null, "", 0, -1, [], {}, "x".repeat(20_000), "\ud800", "\u0000", { __proto__: null }),
);

/** Values that fit a schema, and now and then others. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: fitting(schema) }, { weight: 1, arbitrary: odd });
}

function fitting({ type, anyOf, properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  if (anyOf) return fc.oneof(...anyOf.map(valuesOf));
  if (type === "object") {
    const fields = Object.entries(properties).map(([name, schema]) => [name, valuesOf(schema)]);
    return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: [...required],
    });
  }
  if (type === "string") return fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
  if (type === "null") return fc.constant(null);
  throw new Error(`no values of type ${String(type)}`);
}

/** What may stand in a path, a query or a header. */
function parameterOf(name: string, token: string): fc.Arbitrary<string> {
  switch (name) {
    case "token":
      return fc.oneof(
        { weight: 9, arbitrary: fc.constant(token) },
        fc.constant(NO_TOKEN),
        fc.string({ unit: "binary" }),
      );
    case "number":
    case "message":
      return fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 6 }).map(String) },
        fc.string({ unit: "binary" }),
      );
    case "page":
    case "limit":
      return fc.oneof(fc.integer({ min: -2, max: 120 }).map(String), fc.string({ unit: "binary" }));
    default:
      return fc.oneof(fc.constantFrom('"1"', 'W/"2"', "*", "key-1", "key-2"), fc.stringMatching(/^[ -~]{0,70}$/));
  }
}

function requestsOf(document: ApiDocument, token: string): fc.Arbitrary<AnyRequest> {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation ? [{ method, path, operation }] : [];
    }),
  );
  // The one application that all of this is done to would soon be gone.
  const kept = all.filter(({ method, path }) => !(method === "delete" && path.endsWith("{token}")));
  return fc.constantFrom(...kept).chain(({ method, path, operation }) => {
    const { parameters = [], requestBody } = operation;
    const named = parameters.map(({ name }) => [name, parameterOf(name, token)] as const);
    const needed = parameters.filter(({ required }) => required).map(({ name }) => name);
    const schema = requestBody?.content["application/json"]?.schema;
    return fc.record({
      method: fc.constant(method),
      path: fc.constant(path),
      operation: fc.constant(operation),
      parameters: fc.record(Object.fromEntries(named), { requiredKeys: needed }) as fc.Arbitrary<
        Record<string, string>
      >,
      body: schema ? valuesOf(schema) : fc.constant(undefined),
      isRaw: fc.boolean(),
    });
  });
}

async function send(api: Api, request: AnyRequest): Promise<{ status: number; body: string }> {
  const { method, path, operation, parameters, body, isRaw } = request;
  const valueOf = (name: string): string => encodeURIComponent((parameters[name] ?? "").toWellFormed());
  const query = new URLSearchParams();
  const headers: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  for (const { name, in: place } of operation.parameters ?? []) {
    const value = parameters[name];
    if (value === undefined) continue;
    if (place === "query") query.set(name, value);
    if (place === "header") headers[name] = value;
  }
  const url = `${path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => valueOf(name))}?${query.toString()}`;
  // A text that is no JSON at all goes as it is.
  const payload = isRaw && typeof body === "string" ? body : JSON.stringify(body);
  const answer = await api.send({ method, url, headers, ...(payload !== undefined && { payload }) });
  return { status: answer.statusCode, body: answer.body };
}

t.test("whatever is asked, the answer is one of those in the document, and fits its schema", async (t) => {
  const api = await anApi(t);
  const { application, messages } = await api.aChat();
  for (const body of ["a", "b", "c"]) await api.call("POST", messages, { body });
  const document = (await api.call("GET", "/api/openapi.json")).json<ApiDocument>();
  const seen = new Map<number, number>();
  const checkers = new Map<object, z.ZodType>();
  const checkerOf = (schema: JsonSchema): z.ZodType => {
    let checker = checkers.get(schema);
    if (!checker) {
      const $defs = document.components.schemas;
      const whole = JSON.parse(JSON.stringify({ ...schema, $defs }).replaceAll("#/components/schemas/", "#/$defs/"));
      checker = z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0]);
      checkers.set(schema, checker);
    }
    return checker;
  };
  const property = fc.asyncProperty(requestsOf(document, application.token ?? ""), async (request) => {
    const { status, body } = await send(api, request);
    seen.set(status, (seen.get(status) ?? 0) + 1);
    const response = request.operation.responses[String(status)];
    // A path that is not well-formed belongs to no route.
    if (!response) throw new Error(`${status} is not in the document: ${body}`);
    const schema = response.content?.["application/json"]?.schema;
    if (!schema) return body === "";
    return checkerOf(schema).safeParse(JSON.parse(body)).success;
  });
  await holdsInTime(t, property, RUNS);
  t.same(
    [...seen.keys()].filter((status) => status >= 500),
    [],
  );
  for (const status of [200, 400, 404, 422]) t.ok((seen.get(status) ?? 0) > 0, `${status} came`);
});
