import t from "tap";
import { MemoryStore } from "../../src/store/sqlite/memory-store.ts";
import { testStore } from "./store.ts";

testStore(t, async (t) => {
  const store = new MemoryStore();
  t.teardown(() => store.close());
  return {
    store,
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
});
