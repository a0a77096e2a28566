import { MAIN_APPLICATION } from "../../domain/application.ts";
import { type Name, parseRoomPath } from "../../domain/names.ts";
import { checkMayIn } from "../../domain/permissions.ts";
import { Refusal } from "../../domain/refusals.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { RoomRecord } from "../../ports/store.ts";
import type { Context } from "../context.ts";
import { own } from "../rooms/ownership.ts";
import type { Room } from "../rooms/room.ts";
import { lookAtServer } from "../server-stream.ts";
import type { Session } from "../sessions/session.ts";

type Parts = Pick<
  Context,
  "applications" | "bus" | "quota" | "sequencer" | "server" | "store" | "subscriptions" | "telemetry"
>;

/** Makes a room that the session owns. Rejects with a `Refusal`: a limit, `room-not-stored`, or `room-name-taken`. */
export async function createRoom(parts: Parts, session: Session, name: Name, isPrivate: boolean): Promise<Room> {
  const place = placeOf(parts, session, name);
  const settle = parts.quota.claim(session);
  let room: Room | null = null;
  try {
    const record = await store(parts, session, place, isPrivate);
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

/** Where a room is made: in an application, under a name that is no number there. */
interface Place {
  readonly application: number;
  readonly name: Name;
}

function placeOf({ applications }: Parts, session: Session, name: Name): Place {
  const path = parseRoomPath(name.shown);
  if (!path) return { application: MAIN_APPLICATION, name };
  const application = applications.byHandle(path.application.key);
  if (!application) throw new Refusal("no-such-application");
  checkMayIn(session, "make-room", application);
  if (typeof path.room === "number") throw new Refusal("room-name-of-digits");
  return { application: application.id, name: path.room };
}

/** Resolves with the record of the new room; null: the name is taken. */
async function store(parts: Parts, { who }: Session, place: Place, isPrivate: boolean): Promise<RoomRecord | null> {
  try {
    return await parts.store.createRoom({ ...place, isPrivate, authorId: who.id, author: who.name.shown });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    parts.telemetry.storeHealth(error);
    throw new Refusal("room-not-stored", {}, { cause: error });
  }
}
