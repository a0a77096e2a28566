import { Validator } from "@seriousme/openapi-schema-validator";
import t from "tap";
import { hash } from "node:crypto";
import type { ApiDocument } from "../../src/http/openapi.ts";
import { anApi } from "../support/http/api.ts";

const CHAT = "/api/applications/{token}/chats/{number}";
const METHODS = {
  "/api/applications": ["get", "post"],
  "/api/applications/{token}": ["delete", "get", "patch", "put"],
  "/api/applications/{token}/chats": ["get", "post"],
  [CHAT]: ["delete", "get"],
  [`${CHAT}/messages`]: ["get", "post"],
  [`${CHAT}/messages/{message}`]: ["delete", "get", "patch", "put"],
};

t.test("the document is valid OpenAPI 3.1, and has every route of the table and no other", async (t) => {
  const api = await anApi(t);
  const { headers, body } = await api.call("GET", "/api/openapi.json");
  t.match(headers["content-type"], /^application\/json/);
  const document = JSON.parse(body) as ApiDocument;
  t.match(await new Validator().validate(JSON.parse(body) as Record<string, unknown>), { valid: true });
  const found = Object.entries(document.paths).map(([path, methods]) => [path, Object.keys(methods).sort()]);
  t.same(Object.fromEntries(found), METHODS);
  t.same(Object.keys(document.components.schemas).sort(), ["Application", "Chat", "Error", "Message"]);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, { responses, summary }] of Object.entries(methods)) {
      t.match(summary, /\.$/, `${method} ${path}`);
      for (const { description } of Object.values(responses)) t.match(description, /\.$/, `${method} ${path}`);
    }
  }
});

t.test("the page for people has every route, no script, and loads nothing", async (t) => {
  const api = await anApi(t);
  const { statusCode, headers, body } = await api.call("GET", "/api/docs");
  t.equal(statusCode, 200);
  t.match(headers["content-type"], /^text\/html/);
  for (const [path, methods] of Object.entries(METHODS)) {
    for (const method of methods) t.ok(body.includes(`${method.toUpperCase()} ${path}</code>`), `${method} ${path}`);
  }
  t.ok(
    body.includes(
      "curl -X POST -H &quot;Content-Type: application/json&quot; -d '{&quot;body&quot;:&quot;hello&quot;}'",
    ),
  );
  t.notMatch(body, /<script|<link|<img|javascript:| on\w+=|src=|@import|url\(/i);
  const style = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? "";
  const policy = String(headers["content-security-policy"]);
  t.ok(policy.includes(`style-src 'sha256-${hash("sha256", style, "base64")}'`));
  t.ok(policy.startsWith("default-src 'none'"));
  t.notMatch(policy, /script-src|unsafe/);
});

t.test("no answer may be run, shown in another page, or guessed to be of another type", async (t) => {
  const api = await anApi(t);
  for (const url of ["/up", "/api/applications", "/nothing"]) {
    const { headers } = await api.call("GET", url);
    t.match(headers, {
      "content-security-policy": "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  }
});
