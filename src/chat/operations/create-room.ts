import type { Name } from "../../domain/names.ts";
import { Refusal } from "../../domain/refusals.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { RoomRecord } from "../../ports/store.ts";
import type { Context } from "../context.ts";
import { own } from "../rooms/ownership.ts";
import type { Room } from "../rooms/room.ts";
import { lookAtServer } from "../server-stream.ts";
import type { Session } from "../sessions/session.ts";

type Parts = Pick<Context, "bus" | "quota" | "sequencer" | "server" | "store" | "subscriptions" | "telemetry">;

/** Makes a room that the session owns. Rejects with a `Refusal`: a limit, `room-not-stored`, or `room-name-taken`. */
export async function createRoom(parts: Parts, session: Session, name: Name, isPrivate: boolean): Promise<Room> {
  const settle = parts.quota.claim(session);
  let room: Room | null = null;
  try {
    const record = await store(parts, session, name, isPrivate);
    if (!record) throw new Refusal("room-name-taken");
    room = parts.subscriptions.learnRecord(record);
    if (!room) throw new Refusal("no-such-application");
    lookAtServer(parts);
    own(room, session);
    return room;
  } finally {
    settle(room);
  }
}

/** Resolves with the record of the new room; null: the name is taken. */
async function store(parts: Parts, { who }: Session, name: Name, isPrivate: boolean): Promise<RoomRecord | null> {
  try {
    return await parts.store.createRoom({ name, isPrivate, authorId: who.id, author: who.name.shown });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    parts.telemetry.storeHealth(error);
    throw new Refusal("room-not-stored", {}, { cause: error });
  }
}
