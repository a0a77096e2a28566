import type { Chat } from "../chat.ts";
import { Refusal } from "../../domain/refusals.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { Name } from "../../domain/names.ts";
import { own } from "../rooms/ownership.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";

/** Makes a room that the session owns. Throws `room-name-taken`, also where a room of that name cannot be seen; or the limit that it is past. */
export async function createRoom(chat: Chat, session: Session, name: Name, isPrivate: boolean): Promise<Room> {
  const settle = chat.quota.claim(session);
  let room: Room | null = null;
  try {
    const record = await store(chat, session, name, isPrivate);
    if (!record) throw new Refusal("room-name-taken");
    room = chat.addRoom(record);
    own(room, session);
    return room;
  } finally {
    settle(room);
  }
}

async function store(chat: Chat, session: Session, name: Name, isPrivate: boolean) {
  try {
    return await chat.store.createRoom({ name, isPrivate, authorId: session.id, author: session.name.shown });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    chat.telemetry.storeHealth(error);
    throw new Refusal("room-not-stored", {}, { cause: error });
  }
}
