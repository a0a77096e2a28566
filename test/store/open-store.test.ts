import t from "tap";
import { type DatabaseUrl, openStore, parseDatabaseUrl } from "../../src/store/open-store.ts";
import { MemoryStore } from "../../src/store/sqlite/memory-store.ts";
import { makeRoom } from "../support/world/drafts.ts";

const urls: readonly (readonly [url: string, database: DatabaseUrl | null])[] = [
  ["memory:", { type: "memory" }],
  ["sqlite:chatd.db", { type: "sqlite", path: "chatd.db", maxPages: null }],
  ["sqlite:/var/lib/chatd/chatd.db", { type: "sqlite", path: "/var/lib/chatd/chatd.db", maxPages: null }],
  ["sqlite:a b:c#d.db", { type: "sqlite", path: "a b:c#d.db", maxPages: null }],
  ["sqlite:chatd.db?max_pages=100", { type: "sqlite", path: "chatd.db", maxPages: 100 }],
  ["sqlite:chatd.db?max_pages=", null],
  ["sqlite:chatd.db?max_pages=many", null],
  ["sqlite:chatd.db?max_pages=12345678901", null],
  ["sqlite:chatd.db?mode=ro", null],
  ["sqlite:", null],
  ["sqlite:?max_pages=1", null],
  ["memory:x", null],
  ["chatd.db", null],
  ["SQLITE:chatd.db", null],
  ["mysql://localhost/chatd", null],
  ["", null],
];
for (const [url, database] of urls) {
  t.test(`"${url}" is ${database ? JSON.stringify(database) : "no database"}`, async (t) => {
    t.same(parseDatabaseUrl(url), database);
  });
}

t.test("memory: opens a store that is empty each time", async (t) => {
  for (const node of [1, 2]) {
    const store = await openStore({ type: "memory" }, node);
    t.teardown(() => store.close());
    t.ok(store instanceof MemoryStore);
    t.same(await store.rooms(), []);
    await makeRoom(store);
  }
});
