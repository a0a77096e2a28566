import { join } from "node:path";
import t from "tap";
import { parseUserName } from "../../src/domain/names.ts";
import type { KeptPerson } from "../../src/ports/people-store.ts";
import { NOWHERE } from "../../src/ports/absence.ts";
import { FileStore } from "../../src/store/sqlite/file-store.ts";
import { MemoryStore } from "../../src/store/sqlite/memory-store.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { aDraft } from "../support/world/drafts.ts";
import { parseRoomName } from "../../src/domain/names.ts";

function somebody(id: number, changes: Partial<KeptPerson> = {}): KeptPerson {
  const name = parseUserName(`N${id}`);
  if (!name) throw new Error(`no name: ${id}`);
  const place = {
    rooms: [3, 1],
    current: 3,
    knownRooms: [name.key],
    showsTime: true,
    lastWhisperer: { id: 8, name },
    ignored: [name],
    application: 20,
    entered: [20, 21],
  };
  const kept = { ...place, address: "192.0.2.1", sinceMicros: 1, hasRightsIn: [7], standing: 1, seenMicros: 5 };
  const codes = [1, 2];
  return { id, name, ...kept, codes, needsCode: true, untilMicros: 9, ...changes };
}

t.test("people are kept as they were written last, and not when they have ended", async (t) => {
  const store = new MemoryStore();
  t.teardown(() => store.close());
  t.same(await store.keptPeople(), { people: [], lastEntryMicros: 0 });
  await store.keepPeople([somebody(1), somebody(2), somebody(3)], []);
  const here = somebody(2, { ...NOWHERE, hasRightsIn: null, standing: 1, seenMicros: null, untilMicros: null });
  await store.keepPeople([here], [1]);
  t.same((await store.keptPeople()).people, [here, somebody(3)]);
});

t.test("what is told with them is the time of the last entry of a room that is there", async (t) => {
  let nowMicros = 100;
  const store = new MemoryStore(() => nowMicros);
  t.teardown(() => store.close());
  const name = parseRoomName("Planes");
  const room = name && (await store.createRoom({ name, isPrivate: false, authorId: 1, author: "one" }));
  if (!room) throw new Error("no room");
  nowMicros = 200;
  await store.append({ number: 1, drafts: [aDraft({ stream: room.id })] });
  await store.keepPeople([somebody(1)], []);
  t.equal((await store.keptPeople()).lastEntryMicros, 200);
});

t.test("they, and the secret, are there after a restart", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const store = new FileStore(path, null, 1);
  await store.keepPeople([somebody(1)], []);
  const secret = await store.secret();
  t.match(secret, /^[0-9a-f]{64}$/);
  await store.close();
  const next = new FileStore(path, null, 2);
  t.same([(await next.keptPeople()).people, await next.secret()], [[somebody(1)], secret]);
  await next.close();
  const other = new MemoryStore();
  t.not(await other.secret(), secret, "each store has its own");
  await other.close();
});
