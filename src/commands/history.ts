import { type MessageRange, readHistory, readRange } from "../chat/operations/read-history.ts";
import { Refusal } from "../domain/refusals.ts";
import { renderHistory } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

const LINES_SHOWN = 20;
const MOST_LINES = 100;
const USAGE = "/history [LINES] [ROOM]";

/** Which lines of which room: the last ones, or those with certain numbers. */
interface Wanted {
  readonly lines: number | MessageRange;
  /** Undefined: the current one. */
  readonly roomName: string | undefined;
}

export const history: Command = {
  name: "history",
  aliases: [],
  usage: USAGE,
  help: `show the last ${LINES_SHOWN} lines, up to ${MOST_LINES}, or lines 80-119`,
  access: "anyone",
  args: { min: 0, max: 2 },
  async run({ context, session, reply }, args) {
    const { lines, roomName } = parse(args);
    const room = roomName === undefined ? currentRoom(session) : await findRoom(context, session, roomName, "read");
    const isLast = typeof lines === "number";
    const messages = isLast
      ? await readHistory(context, session, room, Math.min(lines, MOST_LINES))
      : await readRange(context, session, room, lines, MOST_LINES);
    const heard = messages.filter(({ author }) => !session.ignores(author));
    const ignored = messages.length - heard.length;
    const { shown } = room.name;
    if (messages.length === 0) reply(room.seq === 0 ? texts.nothingSaid(shown) : texts.noSuchLines(shown));
    if (heard.length > 0) reply(renderHistory(heard, shown, context.clock.micros(), isLast));
    if (ignored > 0) reply(texts.linesIgnored(ignored));
    const asked = isLast ? lines : Math.min(lines.last, room.seq) - lines.first + 1;
    if (asked > MOST_LINES && (messages.length === MOST_LINES || !isLast)) reply(texts.mostLines(MOST_LINES));
  },
};

/** A first word that is a number, or two with `-` between, is which lines; then a room of such a name is the second word. */
function parse(args: readonly string[]): Wanted {
  const [first, second] = args;
  if (first === undefined) return { lines: LINES_SHOWN, roomName: undefined };
  const range = rangeIn(first);
  if (range) return { lines: range, roomName: second };
  const isNumber = /^[+-]?[\d.,]*\d$/.test(first);
  if (!isNumber && second === undefined) return { lines: LINES_SHOWN, roomName: first };
  if (!/^\d+$/.test(first) || Number(first) === 0)
    throw new Refusal("not-a-number", { most: MOST_LINES, usage: USAGE });
  return { lines: Number(first), roomName: second };
}

/** `80-119`; null: something else, such as a room `2026-11`. */
function rangeIn(word: string): MessageRange | null {
  const [, first, last] = /^(\d{1,15})-(\d{1,15})$/.exec(word)?.map(Number) ?? [];
  return first !== undefined && last !== undefined && first >= 1 && first <= last ? { first, last } : null;
}
