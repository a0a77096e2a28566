import type { Context } from "../chat/context.ts";
import { say } from "../chat/operations/say.ts";
import type { Session } from "../chat/sessions/session.ts";
import { Refusal } from "../domain/refusals.ts";
import { cleanText, isVisible } from "../domain/text.ts";
import { StoreError } from "../ports/store-error.ts";
import type { Outcome } from "../streams/queued-entry.ts";
import type { Command, Invocation, Terminal } from "./command.ts";
import { closestCommand, findCommand } from "./find-command.ts";
import { commands } from "./index.ts";
import { currentRoom } from "./lookups.ts";

/** What a person asks for by one line. */
export type Request =
  | { readonly type: "empty" }
  | { readonly type: "text"; readonly text: string }
  /** `name` is lower-cased and without its slash; `rest` is what follows, trimmed at both ends. */
  | { readonly type: "command"; readonly name: string; readonly rest: string };

const EMPTY: Request = { type: "empty" };

/** Does what a line asks for. Returns a promise only where the next line has to wait for it; it never rejects. */
export function dispatch(context: Context, session: Session, terminal: Terminal, line: string): Promise<void> | void {
  const request = parseLine(line);
  try {
    switch (request.type) {
      case "empty":
        return;
      case "text":
        return sayLine(context, session, request.text);
      case "command": {
        const invocation = { context, session, terminal, reply: (text: string) => terminal.reply(text) };
        return runInOrder(invocation, request.name, request.rest);
      }
    }
  } catch (error) {
    refuse(context, session, error);
  }
}

/** Says a plain line in the room that the session talks in. Returns when it is queued; a later refusal is told. */
function sayLine(context: Context, session: Session, text: string): void {
  const { presence, telemetry } = context;
  const room = currentRoom(session);
  // The members here are asked first, because every line asks, and hardly anybody is alone.
  const isAlone = room.members.size === 1 && presence.countIn(room.id) === 1;
  const settle = (outcome: Outcome): void => {
    if (outcome instanceof Refusal) {
      telemetry.refused(outcome.code);
      session.outlet.tell({ type: "refused", code: outcome.code, args: outcome.args });
    } else if (isAlone && !session.toldAlone) {
      session.toldAlone = true;
      session.outlet.tell({ type: "said-alone" });
    }
    session.lineSettled();
  };
  say(context, session, room, { kind: "said", text }, settle);
  session.lineWaits();
}

/** A command waits for the lines that its session said before, so that everything it does comes after them. */
async function runInOrder(invocation: Invocation, name: string, rest: string): Promise<void> {
  const { context, session } = invocation;
  try {
    await session.whenSettled();
    const command = findCommand(commands, name);
    if (!command) throw new Refusal("unknown-command", { closest: closestCommand(commands, name)?.name ?? null });
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

/** What a line means: nothing where nothing is visible, a command, or something to say (`//x` says `/x`). */
export function parseLine(line: string): Request {
  const text = cleanText(line).trimEnd();
  if (!isVisible(text)) return EMPTY;
  if (!text.startsWith("/")) return { type: "text", text };
  if (text.startsWith("//")) return { type: "text", text: text.slice(1) };
  const space = text.indexOf(" ");
  if (space === -1) return { type: "command", name: text.slice(1).toLowerCase(), rest: "" };
  return { type: "command", name: text.slice(1, space).toLowerCase(), rest: text.slice(space + 1).trim() };
}
