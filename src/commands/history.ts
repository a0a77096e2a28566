import type { Context } from "../chat/context.ts";
import { type MessageRange, readHistory, readRange } from "../chat/operations/read-history.ts";
import type { Room } from "../chat/rooms/room.ts";
import type { Session } from "../chat/sessions/session.ts";
import { Refusal } from "../domain/refusals.ts";
import { renderHistory } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

const LINES_SHOWN = 20;
const MOST_LINES = 100;
const USAGE = "/history [LINES|80-119] [ROOM]";
/** Digits and `-`: mostly a range that is mistyped. */
const LIKE_A_RANGE = /^[\d-]+$/;

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
  help: `show the last ${LINES_SHOWN} lines, up to ${MOST_LINES}, or a range`,
  access: "anyone",
  args: { min: 0, max: 2 },
  async run({ context, session, reply }, args) {
    const { lines, roomName } = parse(args);
    const room = roomName === undefined ? currentRoom(session) : await roomToRead(context, session, roomName);
    const isLast = typeof lines === "number";
    const messages = isLast
      ? await readHistory(context, session, room, Math.min(lines, MOST_LINES))
      : await readRange(context, session, room, lines, MOST_LINES);
    const heard = messages.filter(({ author }) => !session.ignores(author));
    const ignored = messages.length - heard.length;
    const { shown } = room.name;
    if (messages.length === 0) reply(room.seq === 0 ? texts.nothingSaid(shown) : texts.noSuchLines(shown, room.seq));
    if (heard.length > 0) reply(renderHistory(heard, shown, context.clock.micros(), isLast));
    if (ignored > 0) reply(texts.linesIgnored(ignored));
    const asked = isLast ? lines : Math.min(lines.last, room.seq) - lines.first + 1;
    if (asked > MOST_LINES && (messages.length === MOST_LINES || !isLast)) reply(texts.mostLines(MOST_LINES));
  },
};

/** As `findRoom`. A word of digits and `-` that is no room was meant as a range: rejects with `not-a-range`. */
async function roomToRead(context: Context, session: Session, word: string): Promise<Room> {
  try {
    return await findRoom(context, session, word, "read");
  } catch (error) {
    const isUnknown = error instanceof Refusal && error.code === "no-such-room";
    throw isUnknown && LIKE_A_RANGE.test(word) ? new Refusal("not-a-range", { usage: USAGE }) : error;
  }
}

/** A first word that is a number, or two with `-` between, is which lines; then a room of such a name is the second word. */
function parse(args: readonly string[]): Wanted {
  const [first, second] = args;
  if (first === undefined) return { lines: LINES_SHOWN, roomName: undefined };
  const range = rangeIn(first);
  if (range) return { lines: range, roomName: second };
  const isNumber = /^[+-]?[\d.,]*\d$/.test(first);
  if (LIKE_A_RANGE.test(first) && !isNumber && second !== undefined) throw new Refusal("not-a-range", { usage: USAGE });
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
