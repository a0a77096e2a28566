import t from "tap";
import { type DatabaseUrl, openStore, parseDatabaseUrl } from "../../src/store/open-store.ts";
import { MemoryStore } from "../../src/store/sqlite/memory-store.ts";
import { makeRoom } from "../support/world/drafts.ts";

const WRONG_QUERY = "behind the path there may only be ?max_pages=N";
const NO_PATH = "the path is missing: write sqlite:PATH";
const NO_DATABASE = "not a database: write sqlite:PATH, memory: or postgres://USER@HOST/DATABASE";

/** What each URL names, or what is wrong with it. */
const urls: readonly (readonly [url: string, database: DatabaseUrl | string])[] = [
  ["memory:", { type: "memory" }],
  ["sqlite:chatd.db", { type: "sqlite", path: "chatd.db", maxPages: null }],
  ["sqlite:/var/lib/chatd/chatd.db", { type: "sqlite", path: "/var/lib/chatd/chatd.db", maxPages: null }],
  ["sqlite:a b:c#d.db", { type: "sqlite", path: "a b:c#d.db", maxPages: null }],
  ["sqlite:chatd.db?max_pages=100", { type: "sqlite", path: "chatd.db", maxPages: 100 }],
  ["sqlite:chatd.db?max_pages=", WRONG_QUERY],
  ["sqlite:chatd.db?max_pages=many", WRONG_QUERY],
  ["sqlite:chatd.db?max_pages=12345678901", WRONG_QUERY],
  ["sqlite:chatd.db?mode=ro", WRONG_QUERY],
  ["sqlite:", NO_PATH],
  ["sqlite:?max_pages=1", NO_PATH],
  ["memory:x", NO_DATABASE],
  ["chatd.db", NO_DATABASE],
  ["SQLITE:chatd.db", NO_DATABASE],
  ["mysql://localhost/chatd", NO_DATABASE],
  ["", NO_DATABASE],
];
for (const [url, database] of urls) {
  t.test(`"${url}" is ${JSON.stringify(database)}`, async (t) => {
    t.same(parseDatabaseUrl(url), typeof database === "string" ? { problem: database } : database);
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
