import type { Change } from "../../domain/change.ts";
import type { Committed } from "../../domain/entry.ts";
import { refusalOf, type UserAction } from "../../domain/permissions.ts";
import type { Actor, UserRef } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

export type UserParts = Pick<Context, "clock" | "pipeline">;

/** Does something to somebody in a room. Rejects with a `Refusal`. `user` null: the actor named nobody online. */
export async function doToUser(
  { clock, pipeline }: UserParts,
  actor: Actor,
  room: Room,
  type: UserAction,
  user: UserRef | null,
  changeOf: (user: UserRef) => Change,
): Promise<Committed> {
  const action = { type, user };
  if (!user) throw new Refusal(refusalOf(actor, action, room, clock.micros()) ?? "no-such-user");
  return await pipeline.perform(room, { actor, action, change: changeOf(user) });
}
