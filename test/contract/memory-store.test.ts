import t from "tap";
import { MemoryStore } from "../../src/store/sqlite/memory-store.ts";
import { makeRoom } from "../support/world/drafts.ts";
import { testBackup } from "./keeping.ts";
import type { MakeStore } from "./make-store.ts";
import { testStore } from "./store.ts";

const make: MakeStore = async (t) => {
  const store = new MemoryStore();
  t.teardown(() => store.close());
  return {
    store,
    // It remembers the last one alone.
    forgetOutcomes: () => Promise.resolve(),
    async ahead(micros, _stream, append) {
      const { now } = Date;
      Date.now = () => now() + micros / 1000;
      try {
        await append();
      } finally {
        Date.now = now;
      }
    },
  };
};

testStore(t, make);
testBackup(t, make);

// The same SQL as the file's store, without a thousand writes to a disk.
t.test("of more than a thousand rooms, those that are left are looked at in the next call", async (t) => {
  const store = new MemoryStore();
  t.teardown(() => store.close());
  const ids: number[] = [];
  for (let i = 0; i < 1001; i++) ids.push((await makeRoom(store, `r${i}`)).id);
  const at = Date.now() * 1000 + 1_000_000;
  t.same(await store.prune(at, ids[0] ?? 0, 100_000), { entries: 1000, next: ids[1000] });
  t.same(await store.prune(at, ids[1000] ?? 0, 100_000), { entries: 1, next: null });
});
