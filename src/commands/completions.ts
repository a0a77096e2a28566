import type { Context } from "../chat/context.ts";
import { listRooms } from "../chat/operations/list-rooms.ts";
import type { Session } from "../chat/sessions/session.ts";
import { bareKeysOf, keyOf } from "../domain/names.ts";
import { findCommand } from "./find-command.ts";
import { commands } from "./index.ts";
import { settingNames } from "./set.ts";

/** What the text before the cursor may become. */
export interface Completion {
  readonly before: string;
  /** The word, as it is listed. */
  readonly shown: string;
}

type Parts = Pick<Context, "clock" | "listings" | "presence">;

/** Maximum number of words that are offered. */
const MAX_OFFERED = 50;
/** Number of rooms that are looked at: those with the most people. */
const MAX_ROOMS = 2000;

/** Returns what the text before the cursor may become: a command, or as the command's usage has it, a room or a person. */
export function completionsOf(parts: Parts, session: Session, before: string): readonly Completion[] {
  const start = before.lastIndexOf(" ") + 1;
  const typed = before.slice(0, start);
  const [, sign = "", word = ""] = /^([/#@]?)(.*)$/s.exec(before.slice(start)) ?? [];
  const words = wordsFor(parts, session, { typed, sign, word: word.toLowerCase() });
  // Commands need no sign.
  const kept = typed.startsWith("/") ? "" : sign;
  return words.map((shown) => ({ before: `${typed}${kept}${shown}`, shown: `${kept}${shown}` }));
}

/** What is completed: the words before it, the character that it begins with, and its rest in lower case. */
interface Begun {
  readonly typed: string;
  readonly sign: string;
  readonly word: string;
}

function wordsFor(parts: Parts, session: Session, { typed, sign, word }: Begun): readonly string[] {
  if (typed === "" && sign === "/") return commandsLike(word);
  if (sign === "#") return roomsLike(parts, session, word);
  if (!typed.startsWith("/")) return peopleLike(parts, word);
  const [name = "", ...args] = typed.slice(1).trimEnd().toLowerCase().split(/ +/);
  const command = findCommand(commands, name);
  const parameters = command?.usage.split(" ").slice(1) ?? [];
  const rest = parameters.slice(Math.min(args.length, parameters.length - 1));
  const [kind = ""] = rest.join(" ").match(/ROOM|USER|COMMAND|SETTING|TEXT/) ?? [];
  switch (kind) {
    case "ROOM":
      return roomsLike(parts, session, word);
    case "USER":
      if (command?.users) return namesLike(command.users(parts, session), word);
      return word === "" ? membersOf(parts, session) : peopleLike(parts, word);
    case "TEXT":
      return peopleLike(parts, word);
    case "COMMAND":
      return commandsLike(word);
    case "SETTING":
      return settingNames.filter((one) => one.startsWith(word));
    default:
      return [];
  }
}

function commandsLike(word: string): string[] {
  return commands.map(({ name }) => name).filter((name) => name.startsWith(word));
}

/** Rooms of applications are offered where the session is in them; those of the application that it names also by bare names. */
function roomsLike(parts: Parts, session: Session, word: string): string[] {
  const inApplications = session.rooms.filter(({ application }) => application !== null);
  const ofMain = listRooms(parts, session, MAX_ROOMS).first.map(({ room }) => room);
  const like = [...inApplications, ...ofMain].filter(({ application, name: { key } }) => {
    const bare = application !== null && application === session.application ? bareKeysOf(key) : [];
    return [key, ...bare].some((one) => one.startsWith(word));
  });
  return like.slice(0, MAX_OFFERED).map(({ name }) => name.shown);
}

function namesLike(names: readonly string[], word: string): string[] {
  return names.filter((name) => keyOf(name).startsWith(word)).slice(0, MAX_OFFERED);
}

function membersOf({ presence }: Parts, { current }: Session): readonly string[] {
  return current ? presence.namesIn(current.id, MAX_OFFERED).first : [];
}

function peopleLike({ presence }: Parts, word: string): readonly string[] {
  return word === "" ? [] : presence.namesLike(word, MAX_OFFERED);
}
