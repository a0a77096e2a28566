import t from "tap";
import { anApi, NO_TOKEN } from "../../support/http/api.ts";

/** Every line of the table of the reference system, in its order; `like` are fields of the answer. */
t.test("the routes of the reference answer as there", async (t) => {
  const api = await anApi(t);
  t.same(await api.told("GET", "/api/applications"), [200, []]);
  const [, made] = await api.told("POST", "/api/applications", { name: "x" });
  t.match(made, {
    name: "x",
    chats_count: 0,
    token: /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  });
  const { token } = made as { token: string };
  const path = `/api/applications/${token}`;
  t.match(await api.told("GET", "/api/applications?page=1&limit=10"), [200, [{ name: "x", token, chats_count: 0 }]]);
  t.match(await api.told("GET", path), [200, { name: "x", token, chats_count: 0 }]);
  t.match(await api.told("PUT", path, { name: "y" }), [200, { name: "y", token }]);
  t.match(await api.told("PATCH", path, { application: { name: "z" } }), [200, { name: "z", token }]);

  t.same(await api.told("GET", `${path}/chats`), [200, []]);
  t.same(await api.told("POST", `${path}/chats`), [200, 1]);
  t.same(await api.told("POST", `${path}/chats`), [200, 2]);
  t.match(await api.told("GET", `${path}/chats?page=1&limit=1`), [200, [{ number: 1, messages_count: 0 }]]);
  t.match(await api.told("GET", path), [200, { chats_count: 2 }]);
  t.match(await api.told("GET", `${path}/chats/2`), [200, { number: 2, messages_count: 0 }]);

  const messages = `${path}/chats/1/messages`;
  t.same(await api.told("POST", messages, { body: "hello" }), [200, 1]);
  t.same(await api.told("POST", messages, { message: { body: "there" } }), [200, 2]);
  t.match(await api.told("GET", `${path}/chats/1`), [200, { number: 1, messages_count: 2 }]);
  t.match(await api.told("GET", messages), [
    200,
    [
      { number: 1, body: "hello" },
      { number: 2, body: "there" },
    ],
  ]);
  t.match(await api.told("GET", `${messages}/2`), [200, { number: 2, body: "there" }]);
  t.match(await api.told("PUT", `${messages}/2`, { body: "you" }), [200, { number: 2, body: "you" }]);
  t.match(await api.told("GET", `${messages}/2`), [200, { number: 2, body: "you", edited: true }]);
  t.same(await api.told("DELETE", `${messages}/1`), [200, ""]);
  t.match(await api.told("GET", messages), [200, [{ number: 2 }]]);
  t.match(await api.told("GET", `${path}/chats/1`), [200, { messages_count: 1 }]);
  t.same(await api.told("POST", messages, { body: "again" }), [200, 3]);

  t.same(await api.told("DELETE", `${path}/chats/1`), [200, ""]);
  t.equal((await api.call("GET", `${path}/chats/1`)).statusCode, 404);
  t.same(await api.told("POST", `${path}/chats`), [200, 3]);
  t.same(await api.told("DELETE", path), [200, ""]);
  t.equal((await api.call("GET", path)).statusCode, 404);
  t.equal((await api.call("GET", "/up")).statusCode, 200);
});

t.test("what is not there is not found, in the words of the reference", async (t) => {
  const api = await anApi(t);
  const { chat, messages } = await api.aChat();
  const notFound = [404, { error: "Resource Not Found", code: "not-found" }];
  for (const path of [
    "/api",
    "/api/applications/",
    `/api/applications/${NO_TOKEN}`,
    `/api/applications/${NO_TOKEN}/chats`,
    `/api/applications/${NO_TOKEN}/chats/1/messages`,
    chat.replace(/1$/, "2"),
    chat.replace(/1$/, "0"),
    chat.replace(/1$/, "one"),
    chat.replace(/1$/, "1e0"),
    chat.replace(/1$/, "9".repeat(300)),
    `${messages}/1`,
    `${messages}/x`,
  ]) {
    t.same(await api.told("GET", path), notFound, path);
  }
  t.same(await api.told("DELETE", `${messages}/1`), notFound);
  t.same(await api.told("PUT", `${messages}/1`, { body: "x" }), notFound);
  t.same(await api.told("POST", `/api/applications/${NO_TOKEN}/chats`), notFound);
});

const MISSING: readonly (readonly [body: object | string | undefined, field: string])[] = [
  [undefined, "message"],
  ["", "message"],
  [{}, "message"],
  ["null", "message"],
  [{ message: {} }, "message"],
  [{ message: null }, "message"],
  [{ message: { author: "x" } }, "body"],
  [{ message: { body: null } }, "body"],
  [{ text: "x" }, "body"],
  [{ body: "" }, "body"],
];

t.test("a missing field is named as in the reference", async (t) => {
  const api = await anApi(t);
  const { messages, chat } = await api.aChat();
  const told = (field: string): unknown => [
    400,
    { error: `param is missing or the value is empty: ${field}`, code: "missing" },
  ];
  for (const [body, field] of MISSING) {
    t.same(await api.told("POST", messages, body), told(field), JSON.stringify(body));
  }
  t.same(await api.told("PUT", `${messages}/1`, {}), told("message"));
  t.same(await api.told("POST", "/api/applications", {}), told("application"));
  t.same(await api.told("POST", "/api/applications", { application: { title: "x" } }), told("name"));
  t.same(await api.told("PUT", chat.replace(/\/chats.*/, ""), { name: "" }), told("name"));
});
