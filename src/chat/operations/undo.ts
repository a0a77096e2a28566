import { Refusal } from "../../domain/refusals.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";
import type { MessageParts } from "./change-message.ts";
import { remove } from "./remove.ts";

/** Time within which a line can be taken back. */
const UNDO_MS = 60_000;

/** What was taken back. */
export interface Undone {
  readonly room: Room;
  readonly seq: number;
}

/** Removes the last line that a session said, if it said it lately. Rejects with a `Refusal` or a `StoreError`. */
export async function undo(parts: MessageParts, session: Session): Promise<Undone> {
  const { lastSaid, lastSaidIn } = session;
  const isOld = !lastSaid || lastSaid.atMicros < parts.clock.micros() - UNDO_MS * 1000;
  if (isOld || !lastSaidIn) throw new Refusal("nothing-to-undo");
  await remove(parts, session, lastSaidIn, lastSaid.seq);
  session.lastSaid = null;
  return { room: lastSaidIn, seq: lastSaid.seq };
}
