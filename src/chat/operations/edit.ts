import type { Committed } from "../../domain/entry.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { changeMessage, type MessageParts } from "./change-message.ts";

/**
 * Gives a message another text. Rejects with a `Refusal` or a `StoreError`.
 * @param seq the message's number
 * @param expected as in `changeMessage`
 */
export function edit(
  parts: MessageParts,
  actor: Actor,
  room: Room,
  seq: number,
  text: string,
  expected: readonly number[] | null = null,
): Promise<Committed> {
  return changeMessage(parts, actor, room, "edit", { kind: "edited", ref: seq, text }, expected);
}
