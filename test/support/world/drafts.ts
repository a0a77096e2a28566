import type { Draft } from "../../../src/domain/draft.ts";
import { kinds } from "../../../src/domain/entry.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import type { Batch, BatchStart, NewRoom, RoomRecord, Store } from "../../../src/ports/store.ts";

/** A line on its way to a stream: said by one, under the first version of the rules. */
export function aDraft(draft: Partial<Draft> & Pick<Draft, "stream">): Draft {
  const by = { rights: null, rightsVersion: 1, authorId: 7, author: "one" };
  return { ...by, kind: kinds.said, body: "hi", ref: null, expects: null, nonce: null, ...draft };
}

/** Lines of these bodies for one stream. */
export function someDrafts(stream: number, ...bodies: readonly string[]): Draft[] {
  return bodies.map((body) => aDraft({ stream, body }));
}

/** Appends a batch. Resolves with the starts of the streams that took it. */
export async function startsOf(store: Pick<Store, "append">, batch: Batch): Promise<readonly BatchStart[]> {
  return (await store.append(batch)).starts;
}

export function aNewRoom(text = "Planes", more: Partial<NewRoom> = {}): NewRoom {
  const name = parseRoomName(text);
  if (!name) throw new Error(`not a room's name: ${text}`);
  return { name, isPrivate: false, authorId: 7, author: "one", ...more };
}

/** Makes a room that has to be there for the test to go on. */
export async function makeRoom(store: Store, text = "Planes", more: Partial<NewRoom> = {}): Promise<RoomRecord> {
  const record = await store.createRoom(aNewRoom(text, more));
  if (!record) throw new Error(`the name ${text} is taken`);
  return record;
}
