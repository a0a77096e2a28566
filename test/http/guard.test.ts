import fc from "fast-check";
import type { InjectOptions } from "fastify";
import t from "tap";
import { ApiKeys } from "../../src/http/api-keys.ts";
import { HttpError } from "../../src/http/errors.ts";
import { checkRequest } from "../../src/http/guard.ts";
import { aGuarded, type Guarded, partsOfGuard, settingsOfGuard, TOKEN } from "../support/http/guarded.ts";
import { holds } from "../support/property.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const KEY = "a-key";
const LOCAL = { host: "localhost:8081" };

/** Status and code of an answer, or what its route has seen. */
async function told({ app }: Guarded, options: InjectOptions): Promise<unknown> {
  const answer = await app.inject({ url: "/seen", ...options, headers: { ...LOCAL, ...options.headers } });
  const body: Record<string, unknown> = answer.json();
  return answer.statusCode === 200 ? body["hasApiKey"] : [answer.statusCode, body["code"]];
}

function bearer(credential: string): InjectOptions {
  return { headers: { authorization: `Bearer ${credential}` } };
}

t.test("without a key, programs of this machine have the rights of one", async (t) => {
  const guarded = aGuarded(t);
  t.equal(await told(guarded, {}), true);
  t.equal(await told(guarded, bearer("anything")), true);
});

t.test("where a key is set, one of them is needed, and a wrong one is refused", async (t) => {
  const guarded = aGuarded(t, { apiKeys: [KEY, "another"] });
  t.equal(await told(guarded, {}), false);
  for (const key of [KEY, "another"]) t.equal(await told(guarded, bearer(key)), true);
  t.equal(await told(guarded, { headers: { authorization: `bearer  ${KEY}` } }), true, "the scheme's case is free");
  for (const wrong of ["", "a-ke", "a-key2", "A-KEY", "another a-key"]) {
    t.same(await told(guarded, bearer(wrong)), [401, "wrong-key"], wrong);
  }
  const basic = { headers: { authorization: `Basic ${Buffer.from(`x:${KEY}`).toString("base64")}` } };
  t.same(await told(guarded, basic), [401, "wrong-key"]);
  const { headers } = await guarded.app.inject({ url: "/seen", ...bearer("wrong") });
  t.equal(headers["www-authenticate"], "Bearer");
});

t.test("an application's token is no wrong key, and no key", async (t) => {
  const guarded = aGuarded(t, { apiKeys: [KEY] });
  t.equal(await told(guarded, bearer(TOKEN)), false);
  t.equal(await told(guarded, { url: `/of/${TOKEN}` }), false);
});

t.test("keys and names are replaced while it runs", async (t) => {
  const guarded = aGuarded(t, { apiKeys: [KEY] });
  guarded.parts.settings = settingsOfGuard({ apiKeys: ["next"] });
  t.same(await told(guarded, bearer(KEY)), [401, "wrong-key"]);
  t.equal(await told(guarded, bearer("next")), true);
});

t.test("strangers are limited by their network, and whoever shows a credential is not", async (t) => {
  const guarded = aGuarded(t, { isLocal: false, apiKeys: [KEY] });
  guarded.parts.strangers.rate = { burst: 2, perSecond: 1 };
  const from = (remoteAddress: string, options: InjectOptions = {}) => told(guarded, { ...options, remoteAddress });
  const tooMany = [429, "too-many-requests"];
  t.same([await from("192.0.2.1"), await from("192.0.2.1"), await from("192.0.2.1")], [false, false, tooMany]);
  t.equal(await from("192.0.2.2"), false, "another one");
  t.equal(await from("192.0.2.1", bearer(KEY)), true);
  t.equal(await from("192.0.2.1", bearer(TOKEN)), false);
  t.equal(await from("192.0.2.1", { url: `/of/${TOKEN}` }), false);
  t.same(await from("192.0.2.1", { url: "/of/another" }), tooMany, "what is no token is none");
  t.same(await from("192.0.2.1", { ...bearer("guess"), url: `/of/${TOKEN}` }), tooMany, "a token hides no guesses");
  await guarded.clock.pass(1000);
  t.same([await from("192.0.2.1", bearer("guess")), await from("192.0.2.1")], [[401, "wrong-key"], tooMany]);
  for (let i = 0; i < 5; i++) t.equal(await from("192.0.2.99"), false, "a trusted proxy has no limit");
  const { headers } = await guarded.app.inject({ url: "/seen", remoteAddress: "192.0.2.1" });
  t.equal(headers["retry-after"], "1");
});

t.test("an application may be limited, too, wherever its token stands", async (t) => {
  const guarded = aGuarded(t, { apiKeys: [KEY] });
  guarded.parts.applications.rate = { burst: 2, perSecond: 2 };
  t.equal(await told(guarded, bearer(TOKEN)), false);
  t.equal(await told(guarded, { url: `/of/${TOKEN}` }), false);
  t.same(await told(guarded, { url: `/of/${TOKEN}`, remoteAddress: "192.0.2.7" }), [429, "too-many-requests"]);
  t.equal(await told(guarded, {}), false, "strangers have a limit of their own");
});

t.test("what is asked of an application counts for it, whosever token comes along", async (t) => {
  const clock = new FakeClock();
  const parts = partsOfGuard(clock, { apiKeys: [KEY] }, (text) => text === "a" || text === "b");
  parts.applications.rate = { burst: 1, perSecond: 1 };
  const ask = (bearer: string, path: string | null) =>
    checkRequest(parts, { host: "localhost", authorization: `Bearer ${bearer}` }, "192.0.2.1", path);
  t.match(ask("a", "b"), { hasApiKey: false });
  t.match(ask("b", null), { statusCode: 429 });
  t.match(ask("a", null), { hasApiKey: false });
});

const OWN_HOSTS = [
  "localhost",
  "LOCALHOST.",
  "127.0.0.1",
  "127.3.2.1",
  "[::1]",
  "[0:0::1]",
  "chat.example",
  "Chat.Example",
];
const PORTS = ["", ":80", ":8081", ":65535"];
const OTHER_HOSTS = [
  "evil.example",
  "localhost.evil.example",
  "192.0.2.1",
  "0.0.0.0",
  "[2001:db8::1]",
  "xn--localhost",
];
/** What is no host, or means another one to somebody else. */
const ODD_HOSTS = [
  "localhost@evil.example",
  "evil.example#localhost",
  "evil.example/localhost",
  "local host",
  "localhost:x",
];

t.test(
  "without a key, only requests that mean this machine are answered: others may be a page's that rebinds DNS",
  async (t) => {
    const guarded = aGuarded(t, { names: ["chat.example"] });
    const refused = [403, "host-not-allowed"];
    for (const port of PORTS) {
      for (const host of OWN_HOSTS) t.equal(await told(guarded, { headers: { host: host + port } }), true, host + port);
      for (const host of OTHER_HOSTS)
        t.same(await told(guarded, { headers: { host: host + port } }), refused, host + port);
    }
    for (const host of ODD_HOSTS) t.same(await told(guarded, { headers: { host } }), refused, host);
    const withKey = aGuarded(t, { apiKeys: [KEY] });
    t.equal(await told(withKey, { headers: { host: "evil.example" } }), false, "a page does not know the key");
  },
);

t.test("a page of another web site is refused, and one of a site that may is told that it may", async (t) => {
  const guarded = aGuarded(t, { origins: ["https://app.example"] });
  const from = (origin: string) => ({ headers: { ...LOCAL, origin } });
  for (const origin of ["http://localhost:8081", "https://LOCALHOST:8081", "https://app.example"]) {
    t.equal(await told(guarded, from(origin)), true, origin);
  }
  const others = [
    "null",
    "",
    "http://localhost",
    "http://localhost:3000",
    "https://app.example.evil",
    "http://app.example",
  ];
  for (const origin of others) t.same(await told(guarded, from(origin)), [403, "origin-not-allowed"], origin);
  const allowed = await guarded.app.inject({ url: "/seen", ...from("https://app.example") });
  t.equal(allowed.headers["access-control-allow-origin"], "https://app.example");
  t.equal(allowed.headers["vary"], "origin");
  const own = await guarded.app.inject({ url: "/seen", ...from("http://localhost:8081") });
  t.equal(own.headers["access-control-allow-origin"], undefined);
});

t.test("a page may read why it was refused", async (t) => {
  const guarded = aGuarded(t, { apiKeys: [KEY], origins: ["https://app.example"] });
  const headers = { ...LOCAL, origin: "https://app.example", authorization: "Bearer wrong" };
  const answer = await guarded.app.inject({ url: "/seen", headers });
  t.same([answer.statusCode, answer.headers["access-control-allow-origin"]], [401, "https://app.example"]);
});

t.test("a preflight is answered for sites that may, without a credential and without the route", async (t) => {
  const guarded = aGuarded(t, { isLocal: false, apiKeys: [KEY], origins: ["https://app.example"] });
  const ask = (origin: string) =>
    guarded.app.inject({
      method: "OPTIONS",
      url: `/of/${TOKEN}`,
      headers: { ...LOCAL, origin, "access-control-request-method": "PUT" },
    });
  const { statusCode, headers, body } = await ask("https://app.example");
  t.same([statusCode, body], [204, ""]);
  t.match(headers, {
    "access-control-allow-origin": "https://app.example",
    "access-control-allow-methods": /\bPUT\b/,
    "access-control-allow-headers": /\bauthorization\b.*\bcontent-type\b/,
  });
  t.equal((await ask("https://evil.example")).statusCode, 403);
});

const HEADER = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,60}$/);
const PARTS = fc.constantFrom(
  ...OWN_HOSTS,
  ...OTHER_HOSTS,
  ...ODD_HOSTS,
  ...PORTS,
  "http://",
  "https://",
  ".",
  "@",
  "\\",
  "%",
);
const TEXT = fc.oneof(
  HEADER,
  fc.array(PARTS, { maxLength: 4 }).map((parts) => parts.join("")),
);

t.test("whatever the headers are, no page of another site passes", async (t) => {
  const { parts } = aGuarded(t, { names: ["chat.example"] });
  const property = fc.property(TEXT, fc.option(TEXT), fc.option(TEXT), (host, origin, authorization) => {
    const headers = { host, ...(origin !== null && { origin }), ...(authorization !== null && { authorization }) };
    const answer = checkRequest(parts, headers, "127.0.0.1", null);
    if (answer instanceof HttpError) return answer.statusCode === 403;
    const hostname = URL.parse(`http://${host}`)?.hostname ?? "";
    const isHere = /^(localhost\.?|127(\.\d+){3}|\[::1\]|\[::ffff:7f..:.*\]|chat\.example\.?)$/.test(hostname);
    return isHere && (origin === null || URL.parse(origin)?.hostname === hostname);
  });
  holds(t, property, 10_000);
  for (const headers of [{}, { host: "" }])
    t.match(checkRequest(parts, headers, "127.0.0.1", null), { statusCode: 403 });
});

t.test("keys are compared as they are, and an empty list has none", async (t) => {
  const keys = new ApiKeys(["one", "two"]);
  t.same(
    ["one", "two", "", "o", "one ", "onetwo", "one".repeat(10_000)].map((text) => keys.has(text)),
    [true, true, false, false, false, false, false],
  );
  t.same([keys.areSet, new ApiKeys([]).areSet, new ApiKeys([]).has("")], [true, false, false]);
});
