import t from "tap";
import { aNode } from "../../support/world/node.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { anApi, apiOf } from "../../support/http/api.ts";

const KEY = { "idempotency-key": "order-17" };

t.test("what a program posts, changes and removes is seen at once by the people in the room", async (t) => {
  const api = await anApi(t);
  const { application, messages } = await api.aChat();
  application.isOpen = true;
  const [one] = await api.world.enterAll("one");
  await one.says("/join celtra/1");
  await api.call("POST", messages, { body: "hello" });
  t.same(one.heard(), ["[api]: hello"]);
  await api.call("POST", messages, { body: "hi", author: "x" });
  t.same(one.heard(), ["[x@api]: hi"]);
  await api.call("PUT", `${messages}/1`, { body: "hello all" });
  t.match(one.heard(), [/api changed line 1 in celtra\/1: hello all$/]);
  await api.call("DELETE", `${messages}/2`);
  t.match(one.heard(), [/api removed line 2 in celtra\/1\.$/]);
  await one.says("and I", "/me waves");
  t.match(await api.told("GET", messages), [
    200,
    [
      { number: 1, body: "hello all", author: "api", kind: "said", edited: true },
      { number: 3, body: "and I", author: "one", kind: "said", edited: false },
      { number: 4, body: "waves", author: "one", kind: "act" },
    ],
  ]);
  t.match(await api.told("PUT", `${messages}/3`, { body: "not what one said" }), [403, { code: "not-author" }]);
  t.match(await api.told("DELETE", `${messages}/3`), [200]);
});

t.test("a room that people made in an application is a chat of it, a private one is not", async (t) => {
  const api = await anApi(t);
  const { application, path } = await api.anApplication();
  application.isOpen = true;
  const [one] = await api.world.enterAll("one");
  await one.says("/create celtra/support", "/create-private celtra/secret", "/join celtra/support", "hi");
  t.same(await api.told("GET", `${path}/chats`), [200, [{ number: 1, messages_count: 1, name: "support" }]]);
  t.same(await api.told("GET", `${path}/chats/1`), [200, { number: 1, messages_count: 1, name: "support" }]);
  t.equal((await api.call("GET", `${path}/chats/2`)).statusCode, 404);
  t.equal((await api.call("POST", `${path}/chats/2/messages`, { body: "x" })).statusCode, 404);
});

t.test("a message is stored before its number is answered", async (t) => {
  const api = await anApi(t);
  const { messages } = await api.aChat();
  const release = api.world.store.hold("append");
  let isAnswered = false;
  const posted = api.call("POST", messages, { body: "hello" }).then((answer) => {
    isAnswered = true;
    return answer;
  });
  await api.world.clock.turn();
  await api.world.clock.turn();
  t.equal(isAnswered, false);
  release();
  t.equal((await posted).body, "1");
});

t.test("texts and authors that are not valid are refused by the name of the field", async (t) => {
  const api = await anApi(t, { reservedNames: ["root"], graceMs: 60_000 });
  const { messages } = await api.aChat();
  const [, two] = await api.world.enterAll("one", "two");
  await two.breaks();
  await api.world.context.bans.add({ subject: "troll", untilMicros: null, reason: "", author: "root", atMicros: 1 });
  const invalid: readonly (readonly [object, RegExp])[] = [
    [{ body: 5 }, /^body is not valid: it must be a text\.$/],
    [{ message: { body: ["x"] } }, /^body is not valid/],
    [{ message: "x" }, /^message is not valid/],
    [{ body: " \u200b\n " }, /^body is not valid: it has nothing that can be seen/],
    [{ body: "x", author: 5 }, /^author is not valid/],
    ...["t w o", "14", "x@y", "", "root", "troll", "ONE", "two"].map(
      (author) => [{ body: "x", author }, /^author /] as const,
    ),
  ];
  for (const [body, error] of invalid) {
    const [status, answer] = await api.told("POST", messages, body);
    t.equal(status, 422, JSON.stringify(body));
    t.match(answer, { error });
  }
  for (const body of ["ä".repeat(8193), "x\n".repeat(200) + "x"]) {
    t.match(await api.told("POST", messages, { body }), [
      413,
      { code: "message-too-long", error: /^body is too long/ },
    ]);
  }
  t.same(await api.told("POST", messages, { body: "ä".repeat(8192) }), [200, 1], "16 KiB are not too long");
  t.same(await api.told("POST", messages, { body: "one\r\ntwo\u0007\n" }), [200, 2]);
  t.match(await api.told("GET", `${messages}/2`), [200, { body: "one\ntwo" }]);
});

t.test("requests that are no JSON, or too long, are told so", async (t) => {
  const api = await anApi(t);
  const { messages } = await api.aChat();
  t.match(await api.told("POST", messages, "{"), [400, { code: "bad-request" }]);
  t.match(await api.told("POST", messages, '{"__proto__":{"body":"x"}}'), [400, { code: "bad-request" }]);
  t.match(await api.told("POST", messages, { body: "x".repeat(66_000) }), [413, { code: "body-too-long" }]);
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    t.match(await api.told("POST", messages, "body=x", { "content-type": type }), [415, { code: "not-json" }]);
  }
  t.match(await api.told("GET", "/%zz"), [400, { code: "bad-request" }]);
  const elsewhere = await api.call("GET", "/%zz", undefined, { host: "evil.example" });
  t.match(elsewhere.json(), { code: "host-not-allowed" }, "what no route is found for passes the guard, too");
  t.ok(elsewhere.headers["content-security-policy"]);
  t.match(await api.told("GET", `${messages}?query=x`), [400, { code: "search-unavailable" }]);
});

t.test("pages ascend, say where the others are, and leave out what was removed", async (t) => {
  const api = await anApi(t);
  const { messages } = await api.aChat();
  for (let i = 1; i <= 25; i++) await api.call("POST", messages, { body: `m${i}` });
  await api.call("DELETE", `${messages}/3`);
  const numbers = async (query: string): Promise<number[]> =>
    (await api.call("GET", `${messages}${query}`)).json<{ number: number }[]>().map(({ number }) => number);
  t.same(await numbers(""), [1, 2, 4, 5, 6, 7, 8, 9, 10, 11]);
  t.same(await numbers("?page=3&limit=10"), [22, 23, 24, 25]);
  t.same(await numbers("?page=100000000&limit=100"), []);
  const { headers } = await api.call("GET", `${messages}?page=2&limit=10`);
  t.equal(headers["x-total-count"], "24");
  const link = (page: number, rel: string): string => `<${messages}?page=${page}&limit=10>; rel="${rel}"`;
  t.equal(headers.link, [link(1, "first"), link(1, "prev"), link(3, "next"), link(3, "last")].join(", "));
  t.match(await api.told("GET", `${messages}?limit=101`), [400, { code: "limit-too-large" }]);
  for (const query of ["limit=0", "limit=x", "limit=", "page=0", "page=-1", "page=1.5", "page=1&page=2", "page=1e99"]) {
    t.match(await api.told("GET", `${messages}?${query}`), [400, { code: "bad-parameter" }], query);
  }
});

t.test("a version that is known is not sent again, and only the one that is expected is changed", async (t) => {
  const api = await anApi(t);
  const { messages } = await api.aChat();
  await api.call("POST", messages, { body: "a" });
  const { headers } = await api.call("GET", `${messages}/1`);
  const etag = String(headers.etag);
  t.match(etag, /^"\d+"$/);
  for (const known of [etag, `W/${etag}`, `"1000", ${etag}`, "*"]) {
    const answer = await api.call("GET", `${messages}/1`, undefined, { "if-none-match": known });
    t.same([answer.statusCode, answer.body, answer.headers.etag], [304, "", etag], known);
  }
  const list = String((await api.call("GET", messages)).headers.etag);
  t.match(list, /^W\/"\d+"$/);
  t.equal((await api.call("GET", messages, undefined, { "if-none-match": list })).statusCode, 304);

  const changed = await api.call("PUT", `${messages}/1`, { body: "b" }, { "if-match": `"999", ${etag}` });
  t.equal(changed.statusCode, 200);
  t.not(changed.headers.etag, etag);
  for (const old of [etag, "nonsense", `W/${String(changed.headers.etag)}`]) {
    const refused = [412, { code: "changed-meanwhile" }];
    t.match(await api.told("PUT", `${messages}/1`, { body: "c" }, { "if-match": old }), refused, old);
    t.match(await api.told("DELETE", `${messages}/1`, undefined, { "if-match": old }), refused, old);
  }
  t.equal((await api.call("GET", messages, undefined, { "if-none-match": list })).statusCode, 200);
  t.equal((await api.call("PUT", `${messages}/1`, { body: "c" }, { "if-match": "*" })).statusCode, 200);
});

t.test("of two who change the same version at once, one is refused", async (t) => {
  const api = await anApi(t);
  const { messages } = await api.aChat();
  await api.call("POST", messages, { body: "a" });
  const etag = String((await api.call("GET", `${messages}/1`)).headers.etag);
  const both = ["b", "c"].map((body) => api.call("PUT", `${messages}/1`, { body }, { "if-match": etag }));
  t.same(
    (await Promise.all(both)).map(({ statusCode }) => statusCode).sort((a, b) => a - b),
    [200, 412],
  );
});

t.test("a message with a key is stored once, however often it comes", async (t) => {
  const api = await anApi(t);
  const { messages } = await api.aChat();
  const post = (body: object, headers = KEY): Promise<[number, unknown]> => api.told("POST", messages, body, headers);
  const both = await Promise.all([post({ body: "once" }), post({ body: "once" })]);
  t.same(both, [
    [200, 1],
    [200, 1],
  ]);
  t.same(await post({ message: { body: "once" } }), [200, 1]);
  t.match(await post({ body: "other" }), [422, { code: "key-reused" }]);
  t.match(await post({ body: "once", author: "x" }), [422, { code: "key-reused" }]);
  t.same(await post({ body: "once" }, { "idempotency-key": "!".repeat(64) }), [200, 2]);
  for (const key of ["", "a b", "é", "x".repeat(65)]) {
    t.match(await post({ body: "x" }, { "idempotency-key": key }), [400, { code: "bad-key" }], key);
  }
  t.equal((await api.call("GET", messages)).headers["x-total-count"], "2");
});

t.test("where nothing may be said, what is there can be read", async (t) => {
  const api = await anApi(t);
  const { application, chat, messages } = await api.aChat();
  await api.call("POST", messages, { body: "a" });
  application.isActive = false;
  const refused = [403, { code: "application-inactive" }];
  t.match(await api.told("POST", messages, { body: "b" }), refused);
  t.match(await api.told("PUT", `${messages}/1`, { body: "b" }), refused);
  t.match(await api.told("DELETE", `${messages}/1`), refused);
  t.match(await api.told("POST", chat.replace(/\/1$/, "")), refused);
  t.match(await api.told("GET", messages), [200, [{ body: "a" }]]);
});

t.test("while the store fails, each request is told what became of it", async (t) => {
  const api = await anApi(t);
  const { messages } = await api.aChat();
  const { store } = api.world;
  store.fail("append", new StoreError("full", "disk full"));
  const full = await api.call("POST", messages, { body: "a" });
  t.match([full.statusCode, full.json(), full.headers["retry-after"]], [503, { code: "store-full" }, "1"]);
  store.fail("page", new StoreError("unavailable", "away"));
  t.match(await api.told("GET", messages), [503, { code: "read-failed" }]);
  store.fail("createRoom", new StoreError("unavailable", "away"));
  t.match(await api.told("POST", messages.replace(/\/1\/messages$/, "")), [504, { code: "outcome-unknown" }]);
  const release = store.hold("append");
  const late = api.call("POST", messages, { body: "b" });
  await api.world.clock.turn();
  await api.world.clock.turn();
  await api.world.clock.pass(20_000);
  t.match([(await late).statusCode, (await late).json()], [504, { code: "outcome-unknown" }]);
  release();
});

t.test("a fault of the server is logged without the token, and not described", async (t) => {
  const api = await anApi(t);
  const { chat, messages } = await api.aChat();
  api.world.store.fail("page", new Error(`secret of ${chat}`));
  t.same(await api.told("GET", messages), [500, { error: "Something went wrong here.", code: "internal" }]);
  t.match(api.world.watch.failures, [{ what: "GET /api/applications/:token/chats/:number/messages" }]);
});

t.test("programs get half of what may wait, and the rest is for people", async (t) => {
  const api = await anApi(t, { maxPendingMessages: 4 });
  const { application, messages } = await api.aChat();
  application.isOpen = true;
  const [one] = await api.world.enterAll("one");
  await one.says("/join celtra/1");
  const release = api.world.store.hold("append");
  const posts: Promise<{ statusCode: number }>[] = [];
  for (const body of ["a", "b", "c"]) {
    posts.push(api.call("POST", messages, { body }));
    for (let turn = 0; turn < 5; turn++) await api.world.clock.turn();
  }
  const refused = await api.call("POST", messages, "not even read");
  t.match(
    [refused.statusCode, refused.json(), refused.headers["retry-after"]],
    [503, { code: "too-much-waiting" }, "1"],
  );
  t.same(await one.says("hello"), []);
  release();
  t.same(new Set((await Promise.all(posts)).map(({ statusCode }) => statusCode)), new Set([200]));
});

t.test("at a node of a cluster, a second POST reads nothing", async (t) => {
  const node = await aNode();
  const api = await apiOf(t, node);
  const { messages } = await api.aChat();
  t.same(await api.told("POST", messages, { body: "a" }), [200, 1]);
  const { rooms, message, page } = node.store.calls;
  t.same(await api.told("POST", messages, { body: "b" }), [200, 2]);
  t.match(node.store.calls, { rooms, message, page });
  t.match(await api.told("GET", messages), [200, [{ body: "a" }, { body: "b" }]]);
});
