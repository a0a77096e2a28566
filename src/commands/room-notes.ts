import type { Room } from "../chat/rooms/room.ts";
import { roomNotes } from "../formats/text/sentences.ts";

/** What is told of a room behind its name. @param last how the session stands to it; null: that is not told */
export function notesOn({ isPrivate }: Pick<Room, "isPrivate">, first: readonly string[], last: string | null): string {
  const notes = isPrivate ? [...first, roomNotes.private] : first;
  return (last === null ? notes : [...notes, last]).join(", ");
}
