import { messageOf } from "../domain/entry.ts";
import { Refusal } from "../domain/refusals.ts";
import { renderHistory } from "../formats/text/render.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

const LINES_SHOWN = 20;
const MOST_LINES = 100;

export const history: Command = {
  name: "history",
  aliases: [],
  usage: "/history [LINES] [ROOM]",
  help: `shows what was said, ${LINES_SHOWN} lines or up to ${MOST_LINES}`,
  access: "anyone",
  args: { min: 0, max: 2 },
  async run(chat, session, args) {
    const { count, roomName } = parse(args);
    const room = roomName === undefined ? currentRoom(session) : await findRoom(chat, session, roomName, "read");
    const entries = await chat.store.history(room.id, room.pos, count);
    // It may have ended, or be somebody else's, by now.
    const refusal = chat.refusalOf(session, "read", room);
    if (refusal) throw new Refusal(refusal);
    const { shown } = room.name;
    session.reply(
      entries.length === 0
        ? texts.nothingSaid(shown)
        : renderHistory(entries.map(messageOf), shown, chat.clock.micros()),
    );
  },
};

/** A first word of digits is the number of lines; a room whose name is digits is the second word. */
function parse(args: readonly string[]): { count: number; roomName: string | undefined } {
  const [first, second] = args;
  if (first === undefined) return { count: LINES_SHOWN, roomName: undefined };
  if (!/^\d+$/.test(first)) {
    if (second !== undefined) throw new Refusal("not-a-number");
    return { count: LINES_SHOWN, roomName: first };
  }
  return { count: Math.min(Math.max(Number(first), 1), MOST_LINES), roomName: second };
}
