import type { Context } from "../chat/context.ts";
import { say } from "../chat/operations/say.ts";
import type { Session } from "../chat/sessions/session.ts";
import { Refusal } from "../domain/refusals.ts";
import { cleanText, isVisible } from "../domain/text.ts";
import { StoreError } from "../ports/store-error.ts";
import type { Command, CommandOutput, Invocation } from "./command.ts";
import { findCommand, unknownCommand } from "./find-command.ts";
import { commands } from "./index.ts";
import { currentRoom, roomNameIn, withoutSigns } from "./lookups.ts";
import { isUnread, namedRoom } from "./named-room.ts";

/** What a command begins with, or text for a room. */
type Sign = "/" | "#";

/** What a person asks for by one line. */
export type Request =
  | { readonly type: "empty" }
  /**
   * `to`: a room that is named before the text, as in `#Planes hi`; null: none. `meant`: what the text begins with after
   * blanks, where it would be a command, or for a room, without them.
   */
  | { readonly type: "text"; readonly text: string; readonly to: RoomText | null; readonly meant?: Sign }
  /** `name` is lower-cased and without its slash; `rest` is what follows, trimmed at both ends. */
  | { readonly type: "command"; readonly name: string; readonly rest: string };

/** What is for a room, if there is one of this name, as it was typed; empty where there is nothing to see. */
interface RoomText {
  readonly name: string;
  readonly text: string;
}

const EMPTY: Request = { type: "empty" };
/** Blanks, and what would be a command or a room without them. Paths, comments and drawings are none. */
const INDENTED = /^ +(?<sign>\/|#)(?<again>\k<sign>+)?[\w-]+(?: |$)/;

/** Does what a line asks for. Returns a promise only where the next line has to wait for it; it never rejects. */
export function dispatch(
  context: Context,
  session: Session,
  output: CommandOutput,
  line: string,
): Promise<void> | void {
  const request = parseLine(line);
  try {
    switch (request.type) {
      case "empty":
        return;
      case "text":
        if (request.meant) throw new Refusal("blank-before-command", { sign: request.meant });
        return request.to
          ? sayTo(context, session, request.to, request.text)
          : say(context, session, currentRoom(session), request.text);
      case "command": {
        const invocation = { context, session, output, reply: (text: string) => output.reply(text) };
        return runInOrder(invocation, request.name, request.rest);
      }
    }
  } catch (error) {
    refuse(context, session, error);
  }
}

/** Reads the room first, where that has to be. @param line what is said where no room is meant */
function sayTo(context: Context, session: Session, to: RoomText, line: string): Promise<void> | void {
  if (isUnread(context, session, to.name)) return readAndSayTo(context, session, to, line);
  sayNow(context, session, to, line);
}

async function readAndSayTo(context: Context, session: Session, to: RoomText, line: string): Promise<void> {
  try {
    const name = roomNameIn(to.name, session.application);
    if (name) await context.subscriptions.find(name);
    sayNow(context, session, to, line);
  } catch (error) {
    refuse(context, session, error);
  }
}

function sayNow(context: Context, session: Session, { name: typed, text }: RoomText, line: string): void {
  const room = namedRoom(context, session, typed);
  if (room && text === "") throw new Refusal("missing-argument", { usage: "#ROOM TEXT" });
  say(context, session, room ?? currentRoom(session), room ? text : line);
}

/** A command waits for the lines that its session said before, so that everything it does comes after them. */
async function runInOrder(invocation: Invocation, name: string, rest: string): Promise<void> {
  const { context, session } = invocation;
  try {
    await session.whenSettled();
    const command = findCommand(commands, name);
    if (!command) throw unknownCommand(commands, name);
    if (command.access === "in-a-room" && session.rooms.length === 0) throw new Refusal("no-room-joined");
    await command.run(invocation, parseArguments(command, rest));
  } catch (error) {
    refuse(context, session, error);
  }
}

function parseArguments(command: Command, rest: string): string[] {
  const { min, max, rest: takesRest } = command.args;
  const args: string[] = [];
  let left = rest;
  while (left !== "" && (!takesRest || args.length < max - 1)) {
    const space = left.indexOf(" ");
    args.push(space === -1 ? left : left.slice(0, space));
    left = space === -1 ? "" : left.slice(space + 1).trimStart();
  }
  if (isVisible(left)) args.push(left);
  const { usage } = command;
  if (args.length < min) throw new Refusal("missing-argument", { usage });
  if (args.length > max) throw new Refusal("extra-argument", { usage });
  return args;
}

function refuse({ telemetry }: Context, session: Session, error: unknown): void {
  const { code, args } = toRefusal(error);
  if (code === "internal") telemetry.failed(`do what ${session.name.shown} asked`, error);
  telemetry.refused(code);
  session.outlet.tell({ type: "refused", code, args });
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) return new Refusal("read-failed", {}, { cause: error });
  return new Refusal("internal", {}, { cause: error });
}

/** What a line means: nothing where nothing is visible, a command, or something to say (`//x` says `/x`, `##x` `#x`). */
export function parseLine(line: string): Request {
  const text = cleanText(line).trimEnd();
  if (!isVisible(text)) return EMPTY;
  const isCommand = text.startsWith("/");
  if (!isCommand && !text.startsWith("#")) return parseIndented(text);
  if (text[1] === text[0]) return { type: "text", text: text.slice(1), to: null };
  return isCommand ? parseCommand(text) : { type: "text", text, to: parseRoomText(text) };
}

/** What is not at the beginning of its line is said; but a whisper behind a blank is not said to everybody. */
function parseIndented(text: string): Request {
  const { sign, again } = INDENTED.exec(text)?.groups ?? {};
  if (sign === undefined) return { type: "text", text, to: null };
  if (again !== undefined) return { type: "text", text: text.replace(sign, ""), to: null };
  return { type: "text", text, to: null, meant: sign === "/" ? "/" : "#" };
}

function parseRoomText(line: string): RoomText | null {
  const [word = ""] = line.split(" ", 1);
  if (!roomNameIn(word)) return null;
  const text = line.slice(word.length).trimStart();
  return { name: withoutSigns(word), text: isVisible(text) ? text : "" };
}

function parseCommand(text: string): Request {
  const space = text.indexOf(" ");
  if (space === -1) return { type: "command", name: text.slice(1).toLowerCase(), rest: "" };
  return { type: "command", name: text.slice(1, space).toLowerCase(), rest: text.slice(space + 1).trim() };
}
