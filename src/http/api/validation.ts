import type { FastifySchemaCompiler, FastifySerializerCompiler } from "fastify";
import type { z } from "zod";
import { HttpError } from "../errors.ts";
import { MAX_LIMIT, wrapperOf } from "./schemas.ts";

type Issue = z.core.$ZodIssue;

/** Checks bodies and parameters of the URL. Paths and headers are checked where they are read. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  if (httpPart === "querystring") return (query: unknown) => check(schema, query, queryError);
  if (httpPart !== "body") return () => true;
  const wrapper = wrapperOf(schema);
  return (body: unknown) => check(schema, body, (issue) => bodyError(issue, body, wrapper));
};

/** What routes answer has the type of its schema already. */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> = () => (answer: unknown) =>
  JSON.stringify(answer);

function check(schema: z.ZodType, input: unknown, toError: (issue: Issue) => HttpError) {
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  return { error: issue ? toError(issue) : new HttpError(400, "bad-request", "This request cannot be understood.") };
}

function queryError({ code, path: [name] }: Issue): HttpError {
  if (name === "limit" && code === "too_big") {
    return new HttpError(400, "limit-too-large", `limit is too large: it may be up to ${MAX_LIMIT}.`);
  }
  return new HttpError(400, "bad-parameter", `${String(name)} must be a whole number from 1 on.`);
}

/**
 * A field that is missing or empty is told as the reference does, which wraps what is bare; any other fault names the field, too.
 * @param wrapper the key under which the body may be wrapped; null: it may not
 */
function bodyError(issue: Issue, body: unknown, wrapper: string | null): HttpError {
  const found = wrapper === null ? issue : meant(issue, body, wrapper);
  const name = String(found.path.at(-1) ?? "body");
  const value = valueAt(body, found.path);
  const isMissing = value === undefined || value === null || value === "";
  if (!isMissing) return new HttpError(422, "invalid", `${name} is not valid: ${reasonOf(found)}.`);
  return missing(wrapper !== null && isEmpty(valueAt(body, found.path.slice(0, -1))) ? wrapper : name);
}

/** Of a body that may be wrapped, returns the fault of the form that was meant. */
function meant(issue: Issue, body: unknown, wrapper: string): Issue {
  if (issue.code !== "invalid_union") return issue;
  const [bare, wrapped] = issue.errors.map(([first]) => first);
  return (valueAt(body, [wrapper]) === undefined ? bare : wrapped) ?? issue;
}

function missing(name: string): HttpError {
  return new HttpError(400, "missing", `param is missing or the value is empty: ${name}`);
}

/** Whether there is nothing in an object at all, or it is none. */
function isEmpty(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined;
  }
  return inner;
}

function reasonOf(issue: Issue): string {
  switch (issue.code) {
    case "too_big":
      return `it is too long, at most ${issue.maximum} characters`;
    case "invalid_type":
      return `it must be ${issue.expected === "string" ? "a text" : `of type ${issue.expected}`}`;
    default:
      return "it cannot be understood";
  }
}
