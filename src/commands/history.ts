import { readHistory } from "../chat/operations/read-history.ts";
import { Refusal } from "../domain/refusals.ts";
import { renderHistory } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

const LINES_SHOWN = 20;
const MOST_LINES = 100;

export const history: Command = {
  name: "history",
  aliases: [],
  usage: "/history [LINES] [ROOM]",
  help: `show the last ${LINES_SHOWN} lines, or up to ${MOST_LINES}`,
  access: "anyone",
  args: { min: 0, max: 2 },
  async run({ context, session, reply }, args) {
    const { count, roomName } = parse(args);
    const room = roomName === undefined ? currentRoom(session) : await findRoom(context, session, roomName, "read");
    const messages = await readHistory(context, session, room, count);
    const { shown } = room.name;
    reply(messages.length === 0 ? texts.nothingSaid(shown) : renderHistory(messages, shown, context.clock.micros()));
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
