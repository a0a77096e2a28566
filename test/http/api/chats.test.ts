import t from "tap";
import { anApi } from "../../support/http/api.ts";

t.test("a chat may have a name, which is taken once and is no number", async (t) => {
  const api = await anApi(t);
  const { path } = await api.anApplication();
  const make = (body: object): Promise<[number, unknown]> => api.told("POST", `${path}/chats`, body);
  t.same(await make({ name: "Support" }), [200, 1]);
  t.match(await make({ name: "support" }), [409, { code: "room-name-taken" }]);
  for (const name of ["7", "chat-7"]) t.match(await make({ name }), [422, { code: "room-name-of-digits" }]);
  for (const name of ["", "a b", "a/b", "x".repeat(65)])
    t.match(await make({ name }), [422, { code: "room-name-invalid" }]);
  t.match(await make({ name: 5 }), [422, { error: /^name is not valid/ }]);
  t.match(await make([]), [422, { code: "invalid" }]);
  t.same(await make({}), [200, 2]);
  t.same(await api.told("GET", `${path}/chats`), [
    200,
    [
      { number: 1, messages_count: 0, name: "Support" },
      { number: 2, messages_count: 0, name: "chat-2" },
    ],
  ]);
  t.match(await api.told("GET", `${path}/chats/2`), [200, { name: "chat-2" }]);
});

t.test("a chat with a key is made once, also when both requests come at once", async (t) => {
  const api = await anApi(t);
  const { path } = await api.anApplication();
  const make = (body?: object, key = "k"): Promise<[number, unknown]> =>
    api.told("POST", `${path}/chats`, body, { "idempotency-key": key });
  const both = await Promise.all([make(), make()]);
  t.same(both, [
    [200, 1],
    [200, 1],
  ]);
  t.same(await make({}), [200, 1]);
  t.match(await make({ name: "support" }), [422, { code: "key-reused" }]);
  t.same(await make({ name: "support" }, "other"), [200, 2]);
  t.same(await make({ name: "support" }, "other"), [200, 2]);
  t.match(await make({}, "other"), [422, { code: "key-reused" }]);
  t.match(await make({}, "not one key"), [400, { code: "bad-key" }]);
  await api.call("DELETE", `${path}/chats/1`);
  t.match(await make(), [404, { code: "not-found" }], "what it made has ended");
});

t.test("numbers are given once, whatever runs at the same time", async (t) => {
  const api = await anApi(t);
  const { path } = await api.anApplication();
  const made = await Promise.all(Array.from({ length: 20 }, () => api.told("POST", `${path}/chats`)));
  t.same(
    made.map(([, number]) => Number(number)).sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  const posted = await Promise.all(
    Array.from({ length: 20 }, () => api.told("POST", `${path}/chats/1/messages`, { body: "x" })),
  );
  t.equal(new Set(posted.map(([, number]) => number)).size, 20);
  t.match(await api.told("GET", `${path}/chats/1`), [200, { messages_count: 20 }]);
});

t.test("an ended chat is told to whoever is in it, and gone", async (t) => {
  const api = await anApi(t);
  const { application, chat, messages } = await api.aChat();
  application.isOpen = true;
  const [one] = await api.world.enterAll("one");
  await one.says("/join celtra/1");
  t.same(await api.told("DELETE", chat), [200, ""]);
  t.match(one.heard(), [/celtra\/1/]);
  for (const path of [chat, messages]) t.equal((await api.call("GET", path)).statusCode, 404);
  t.equal((await api.call("POST", messages, { body: "x" })).statusCode, 404);
  t.equal((await api.call("DELETE", chat)).statusCode, 404);
});
