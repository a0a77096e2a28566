import t from "tap";
import { anApi } from "../../support/http/api.ts";

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

t.test("where a key is set, applications want it, and their tokens open what is under them", async (t) => {
  const api = await anApi(t, { apiKeys: ["sesame", "next"] });
  const { path } = await api.anApplication();
  const withKey: readonly (readonly ["GET" | "POST" | "PUT" | "PATCH" | "DELETE", string, object?])[] = [
    ["GET", "/api/applications"],
    ["POST", "/api/applications", { name: "x" }],
    ["PUT", path, { name: "y" }],
    ["PATCH", path, { name: "z" }],
    ["DELETE", path],
  ];
  for (const [method, url, body] of withKey) {
    for (const [headers, code] of [
      [{}, "key-wanted"],
      [bearer("wrong"), "wrong-key"],
    ] as const) {
      const answer = await api.call(method, url, body, headers);
      t.match([answer.statusCode, answer.json()], [401, { code }], `${method} ${url}`);
      t.equal(answer.headers["www-authenticate"], "Bearer");
    }
  }
  t.same(await api.told("POST", `${path}/chats`), [200, 1]);
  t.same(await api.told("POST", `${path}/chats/1/messages`, { body: "x" }), [200, 1]);
  t.match(await api.told("GET", path), [200, { name: "celtra" }]);
  for (const [i, [method, url, body]] of withKey.entries()) {
    t.equal((await api.call(method, url, body, bearer(i % 2 ? "next" : "sesame"))).statusCode, 200, method);
  }
});

t.test("an application has a handle by its name, where that is free", async (t) => {
  const api = await anApi(t);
  const make = async (name: string): Promise<unknown> => (await api.told("POST", "/api/applications", { name }))[1];
  t.match(await make("celtra"), { name: "celtra", handle: "celtra", active: true });
  t.match(await make("celtra"), { name: "celtra", handle: "celtra-2" });
  const [, named] = await api.told("POST", "/api/applications", { application: { name: "Two  words\u0007" } });
  t.match(named, { name: "Two  words", handle: "app-4" });
  const path = `/api/applications/${(named as { token: string }).token}`;
  t.match(await api.told("PUT", path, { name: "words" }), [200, { name: "words", handle: "words" }]);
  t.match(await api.told("PUT", path, { name: "celtra" }), [200, { name: "celtra", handle: "words" }]);
  t.same(
    api.world.watch.acts.map(({ act, subject }) => [act, subject]),
    [
      ["admin add-application", "celtra"],
      ["admin add-application", "celtra-2"],
      ["admin add-application", "app-4"],
      ["admin change-application", "words"],
      ["admin change-application", "words"],
    ],
  );
});

t.test("names that cannot be shown are refused", async (t) => {
  const api = await anApi(t);
  for (const name of [5, "\u200b", "x".repeat(201), ["x"]]) {
    t.match(await api.told("POST", "/api/applications", { name }), [422, { error: /^name is not valid/ }]);
  }
});

t.test("applications are listed by pages, the oldest first, and main is none of them", async (t) => {
  const api = await anApi(t);
  for (let i = 1; i <= 12; i++) await api.anApplication(`a${i}`, i);
  const { headers, body } = await api.call("GET", "/api/applications?page=2&limit=5");
  t.match(JSON.parse(body), [{ name: "a6" }, { name: "a7" }, { name: "a8" }, { name: "a9" }, { name: "a10" }]);
  t.equal(headers["x-total-count"], "12");
  t.match(headers.link, /page=3&limit=5>; rel="next"/);
});

t.test("an ended application is gone with all that it had", async (t) => {
  const api = await anApi(t);
  const { messages, chat } = await api.aChat();
  const path = chat.replace(/\/chats.*/, "");
  await api.call("POST", messages, { body: "x" });
  t.same(await api.told("DELETE", path), [200, ""]);
  for (const url of [path, `${path}/chats`, chat, messages, `${messages}/1`]) {
    t.equal((await api.call("GET", url)).statusCode, 404, url);
  }
});
