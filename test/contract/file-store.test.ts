import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t from "tap";
import { FileStore } from "../../src/store/sqlite/file-store.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { testBackup } from "./keeping.ts";
import type { MakeStore } from "./make-store.ts";
import { testStore } from "./store.ts";

const make: MakeStore = async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const store = new FileStore(path, null, 1);
  t.teardown(() => store.close());
  // Whoever reads finds a file: `openStore` does it so, too.
  await store.rooms();
  return {
    store,
    // It remembers the last one alone.
    forgetOutcomes: () => Promise.resolve(),
    // The clock that counts is the one of the store's thread: what it wrote is moved instead.
    async ahead(micros, stream, append) {
      {
        using db = new DatabaseSync(path);
        db.prepare("update entries set at = at + ? where stream_id = ?").run(micros, stream);
      }
      await append();
    },
  };
};

testStore(t, make);
testBackup(t, make);
