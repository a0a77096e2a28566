import { hash } from "node:crypto";
import type { ApiServer } from "./api/server.ts";
import { type ApiDocument, documentOf, type JsonSchema, type Operation, type Parameter } from "./openapi.ts";
import { securityHeaders } from "./security-headers.ts";

const STYLE = `
:root { color-scheme: light dark; --line: #8884 }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
code, pre { font-family: ui-monospace, monospace; font-size: .9rem }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .25rem }
section { border-top: 1px solid var(--line); margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line) }
`;
const STYLE_HASH = `'sha256-${hash("sha256", STYLE, "base64")}'`;
/** Where the examples send their requests. */
const HOST = "http://127.0.0.1:8081";
const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** Adds a page for people, made of the document: it has no script, and loads nothing. */
export async function addDocsPage(app: ApiServer): Promise<void> {
  const headers = await securityHeaders(STYLE_HASH);
  let html: string | null = null;
  app.get("/api/docs", { schema: { hide: true } }, (_request, reply) => {
    html ??= pageOf(documentOf(app));
    return reply.headers(headers).type("text/html; charset=utf-8").send(html);
  });
}

/** Returns a document as HTML. */
export function pageOf({ info, paths, components }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
  const contents = operations.map(
    ({ path, method, operation }) =>
      `<tr><td><a href="#${idOf(method, path)}"><code>${method.toUpperCase()} ${text(path)}</code></a></td>` +
      `<td>${text(operation.summary)}</td></tr>`,
  );
  const sections = operations.map(({ path, method, operation }) =>
    sectionOf(path, method, operation, components.schemas),
  );
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(info.title)}: HTTP</title>` +
    `<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body>` +
    `<h1>${text(info.title)} over HTTP</h1><p>${text(info.description)}</p>` +
    `<p>For programs: <a href="/api/openapi.json">/api/openapi.json</a>. Every error is ` +
    `<code>{"error":"…","code":"…"}</code>: a sentence for people, a code for programs.</p>` +
    `<table>${contents.join("")}</table>${sections.join("")}</body></html>`
  );
}

function sectionOf(path: string, method: string, operation: Operation, schemas: Schemas): string {
  const { summary, security, parameters = [], responses } = operation;
  const answers = Object.entries(responses).map(([status, { description, content }]) => {
    const schema = content?.["application/json"]?.schema;
    const example =
      schema && Number(status) < 300 ? `<pre>${text(JSON.stringify(exampleOf(schema, schemas)))}</pre>` : "";
    return `<tr><td>${status}</td><td>${text(description)}${example}</td></tr>`;
  });
  return (
    `<section id="${idOf(method, path)}"><h2><code>${method.toUpperCase()} ${text(path)}</code></h2><p>${text(summary)}` +
    `${security ? " Where an API key is set, it is wanted here." : ""}</p>` +
    (parameters.length > 0
      ? `<table><tr><th>parameter</th><th></th></tr>${parameters.map(rowOf).join("")}</table>`
      : "") +
    `<pre>${text(curlOf(path, method, operation, schemas))}</pre>` +
    `<table><tr><th>status</th><th></th></tr>${answers.join("")}</table></section>`
  );
}

function rowOf({ name, in: place, required, description = "", schema }: Parameter): string {
  const range = JSON.stringify(schema).replaceAll(/^\{|"|\}$/g, "");
  return `<tr><td><code>${text(name)}</code></td><td>${place}${required ? "" : ", optional"}. ${text(description)} ${text(range)}</td></tr>`;
}

/** Returns a line for a shell that sends the request. */
function curlOf(path: string, method: string, { security, requestBody }: Operation, schemas: Schemas): string {
  const url = HOST + path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => (name === "token" ? "$TOKEN" : "1"));
  const schema = requestBody?.content["application/json"]?.schema;
  return [
    "curl",
    method === "get" ? "" : `-X ${method.toUpperCase()}`,
    security ? '-H "Authorization: Bearer $KEY"' : "",
    schema ? `-H "Content-Type: application/json" -d '${JSON.stringify(exampleOf(schema, schemas))}'` : "",
    `"${url}"`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

type Schemas = Readonly<Record<string, JsonSchema>>;

/** Returns a value that fits a schema: of a body, what is not required is left out. */
function exampleOf(
  { $ref, type, anyOf, properties, required, items, examples }: JsonSchema,
  schemas: Schemas,
): unknown {
  if ($ref) return exampleOf(schemas[$ref.slice($ref.lastIndexOf("/") + 1)] ?? {}, schemas);
  if (examples) return examples[0];
  if (anyOf?.[0]) return exampleOf(anyOf[0], schemas);
  if (items) return [exampleOf(items, schemas)];
  switch (type) {
    case "object": {
      const shown = Object.entries(properties ?? {}).filter(([name]) => required?.includes(name));
      return Object.fromEntries(shown.map(([name, schema]) => [name, exampleOf(schema, schemas)]));
    }
    case "integer":
      return 1;
    case "boolean":
      return true;
    default:
      return "…";
  }
}

function idOf(method: string, path: string): string {
  return `${method}${path.replaceAll(/\W+/g, "-")}`;
}

function text(plain: string): string {
  return plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
