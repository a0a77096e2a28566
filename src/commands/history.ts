import { readHistory } from "../chat/operations/read-history.ts";
import { Refusal } from "../domain/refusals.ts";
import { renderHistory } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

const LINES_SHOWN = 20;
const MOST_LINES = 100;
const USAGE = "/history [LINES] [ROOM]";

export const history: Command = {
  name: "history",
  aliases: [],
  usage: USAGE,
  help: `show the last ${LINES_SHOWN} lines, or up to ${MOST_LINES}`,
  access: "anyone",
  args: { min: 0, max: 2 },
  async run({ context, session, reply }, args) {
    const { count, roomName } = parse(args);
    const limit = Math.min(count, MOST_LINES);
    const room = roomName === undefined ? currentRoom(session) : await findRoom(context, session, roomName, "read");
    const messages = await readHistory(context, session, room, limit);
    const { shown } = room.name;
    reply(messages.length === 0 ? texts.nothingSaid(shown) : renderHistory(messages, shown, context.clock.micros()));
    if (count > limit) reply(texts.mostLines(limit));
  },
};

/** A first word that is a number is the number of lines; a room whose name is a number is the second word. */
function parse(args: readonly string[]): { count: number; roomName: string | undefined } {
  const [first, second] = args;
  if (first === undefined) return { count: LINES_SHOWN, roomName: undefined };
  const isNumber = /^[+-]?[\d.,]*\d$/.test(first);
  if (!isNumber && second === undefined) return { count: LINES_SHOWN, roomName: first };
  if (!/^\d+$/.test(first) || Number(first) === 0)
    throw new Refusal("not-a-number", { most: MOST_LINES, usage: USAGE });
  return { count: Number(first), roomName: second };
}
