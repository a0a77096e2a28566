import editDistance from "damerau-levenshtein";
import type { Chat } from "../chat/chat.ts";
import { Refusal } from "../domain/refusals.ts";
import { StoreError } from "../ports/store-error.ts";
import type { Session } from "../chat/sessions/session.ts";
import { parseLine } from "./parse.ts";
import { isVisible } from "../domain/text.ts";
import { refusalSentence } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { commands } from "./index.ts";
import { say } from "./say.ts";

const byName = new Map<string, Command>(
  commands.flatMap((command) => [command.name, ...command.aliases].map((name) => [name, command] as const)),
);

/**
 * Does what a session asks by one line. Returns a promise only where the next line has to wait for it; it never rejects.
 * The one place that looks commands up, checks access and arguments, and turns errors into lines.
 */
export function dispatch(chat: Chat, session: Session, line: string): Promise<void> | void {
  const input = parseLine(line);
  try {
    switch (input.type) {
      case "empty":
        return;
      case "text":
        return say(chat, session, input.text);
      case "command":
        return runInOrder(chat, session, input.name, input.rest);
    }
  } catch (error) {
    refuse(chat, session, error);
  }
}

/** A command waits for the lines that its session said before, so that everything it does comes after them. */
async function runInOrder(chat: Chat, session: Session, name: string, rest: string): Promise<void> {
  try {
    await session.whenSettled();
    const command = byName.get(name);
    if (!command) throw new Refusal("unknown-command", { closest: closestTo(name) });
    if (command.access === "in-a-room" && session.rooms.length === 0) throw new Refusal("no-room-joined");
    await command.run(chat, session, parseArguments(command, rest));
  } catch (error) {
    refuse(chat, session, error);
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

/**
 * A name is close to another when a third of its letters at most would have to change or swap places; the first one is
 * seldom wrong.
 */
function closestTo(name: string): string | null {
  let closest: Command | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [known, command] of byName) {
    const most = Math.floor(known.length / 3);
    if (name.length <= 2 || most === 0 || Math.abs(name.length - known.length) > most) continue;
    const changes = editDistance(name, known).steps;
    const apart = changes + (known[0] === name[0] ? 0 : 0.5);
    if (changes > most || apart >= least) continue;
    closest = command;
    least = apart;
  }
  return closest?.name ?? null;
}

function refuse(chat: Chat, session: Session, error: unknown): void {
  const refusal = toRefusal(error);
  if (refusal.code === "internal") chat.telemetry.failed(`do what ${session.name.shown} asked`, error);
  chat.telemetry.refused(refusal.code);
  session.reply(refusalSentence(refusal));
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StoreError) return new Refusal("read-failed", {}, { cause: error });
  return new Refusal("internal", {}, { cause: error });
}
