import type { Committed } from "../../domain/entry.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Room } from "../rooms/room.ts";
import { changeMessage, type MessageParts } from "./change-message.ts";

/** Gives a message another text. Rejects with a `Refusal` or a `StoreError`. @param seq the message's number */
export function edit(parts: MessageParts, actor: Actor, room: Room, seq: number, text: string): Promise<Committed> {
  return changeMessage(parts, actor, room, "edit", { kind: "edited", ref: seq, text });
}
