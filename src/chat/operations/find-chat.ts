import { nameAtPath } from "../../domain/names.ts";
import { checkMay } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

type Parts = Pick<Context, "clock" | "subscriptions">;

/** Resolves with a public room of an application by its number. Rejects with `no-such-room` or a `StoreError`. */
export async function findChat(
  { clock, subscriptions }: Parts,
  actor: Actor,
  { handle }: Application,
  number: number,
): Promise<Room> {
  const room = await subscriptions.find(nameAtPath({ application: handle, room: number }));
  if (!room) throw new Refusal("no-such-room");
  checkMay(actor, "see", room, clock.micros());
  return room;
}

/** As `findChat`, and keeps the room followed for a while: whoever writes to it often makes one query. */
export async function holdChat(
  parts: Parts & Pick<Context, "held">,
  actor: Actor,
  application: Application,
  number: number,
): Promise<Room> {
  const room = await findChat(parts, actor, application, number);
  const ready = parts.held.hold(room);
  if (ready) await ready;
  return room;
}
