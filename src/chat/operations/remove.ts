import type { Committed } from "../../domain/entry.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { changeMessage, type MessageParts } from "./change-message.ts";

/**
 * Removes a message: its number stays. Rejects with a `Refusal` or a `StoreError`.
 * @param seq the message's number
 * @param expected as in `changeMessage`
 */
export function remove(
  parts: MessageParts,
  actor: Actor,
  room: Room,
  seq: number,
  expected: readonly number[] | null = null,
): Promise<Committed> {
  return changeMessage(parts, actor, room, "remove", { kind: "removal", ref: seq }, expected);
}
