import { MAX_BODY_BYTES, MAX_BODY_LINES } from "../../domain/body.ts";
import type { Refusal, RefusalArguments, RefusalCode } from "../../domain/refusals.ts";
import { MAX_BANS, MAX_OPERATORS } from "../../domain/rights.ts";
import { because, counted, reasonGiven } from "./phrases.ts";
import { endTime } from "./times.ts";
import { texts } from "./sentences.ts";

/** Until when a ban holds; empty: until it is lifted. */
function untilEnd({ untilMicros, nowMicros }: RefusalArguments<"address-banned">): string {
  return untilMicros === null ? "" : ` until ${endTime(untilMicros, nowMicros)}`;
}

const LISTS_USERS = "/users lists who is online, /users ROOM who is in a room.";
const WHISPERS = "/whisper USER TEXT says something to one person only.";
const NO_ACCOUNTS = "There are no accounts: a name is yours while you are online.";

/** What to do instead of commands that people know from other chats and that chatd does not have. */
export const insteadOf: ReadonlyMap<string, string> = new Map([
  ["away", "Nobody is marked as away: /me TEXT tells the room."],
  ["clear", "Your terminal can clear its screen; after /set edit on, ^L does."],
  ["identify", NO_ACCOUNTS],
  ["mode", "/create_private makes a private room, /op an operator."],
  ["notice", WHISPERS],
  ["query", WHISPERS],
  ["register", NO_ACCOUNTS],
  ["seen", LISTS_USERS],
  ["whois", LISTS_USERS],
]);

/** The line for each refusal. */
export const refusals: { readonly [C in RefusalCode]: string | ((args: RefusalArguments<C>) => string) } = {
  "unknown-command": ({ closest }) =>
    `Command not known, type /help to see available commands.${closest === null ? "" : ` Did you mean /${closest}?`}`,
  "command-of-other-chats": ({ command }) =>
    `Command not known, type /help to see available commands. ${insteadOf.get(command) ?? ""}`.trimEnd(),
  "missing-argument": ({ usage }) => `Incomplete command or message sent without joining a room first. Usage: ${usage}`,
  "extra-argument": ({ usage }) => `Too many words. Usage: ${usage}`,
  "blank-before-command": ({ sign }) =>
    `There is a blank before ${sign}, so nothing was sent. Leave it out, or double the ${sign} to say the line.`,
  "no-room-joined":
    "Incomplete command or message sent without joining a room first. Type /help to see available commands. /rooms lists the rooms.",
  "no-current-room": ({ room }) => `You are talking in no room now: this was not sent. ${texts.talkThere(room)}`,
  "no-such-room": "There is no room with this name. /rooms lists the rooms.",
  "room-name-taken": "A room with this name already exists. Please choose a different name.",
  "room-not-stored": "The server cannot store anything right now: the room was not made. Try again in a moment.",
  "made-too-many-rooms": ({ limit }) =>
    `You have already made ${counted(limit, "room")}, the maximum. Use /destroy ROOM first.`,
  "address-made-too-many-rooms": ({ limit }) =>
    `Your address has already made ${counted(limit, "room")} in 24 hours, the maximum. Join one of them: /rooms lists them.`,
  "server-has-too-many-rooms": "This server cannot take more rooms. Join one of them: /rooms lists them.",
  "name-invalid": "Invalid username. A name is letters (A to Z), digits and _, up to 32, with at least one letter.",
  "name-reserved": "This name is reserved. Please choose a different name.",
  "name-banned": ({ reason }) => `This name is banned here${because(reason)}`,
  "name-taken": ({ mayBeFreeSoon }) =>
    `You're already logged in from a different client, or somebody else is using this name. Please choose a different name. If your connection broke, log in as NAME:CODE with the code that you were told at login${mayBeFreeSoon ? "; without it the name may be free in a minute, but your rooms and rights are lost." : "."}`,
  "name-kept": ({ name, untilMicros, nowMicros }) =>
    `The name ${name} is kept until ${endTime(untilMicros, nowMicros)} for somebody whose connection broke. If that is you, log in as ${name}:CODE with the code that you were told at login. Otherwise please choose a different name.`,
  "wrong-code": ({ name }) =>
    `This is not the code of ${name}, or what it brought back has ended. Type it as it was told at your last login, or choose a different name.`,
  "names-unavailable": "Names cannot be checked right now. Please try again in a moment.",
  "room-name-invalid": "A room's name may have up to 64 letters (A to Z), digits, _ and -.",
  "room-name-of-words": ({ command, name }) => `A room's name is one word. Try /${command} ${name}.`,
  "already-in-room": "You are already in this room.",
  "not-in-room": "You are not in this room. Use /join to come in.",
  "not-in-named-room": ({ room }) => `You are not in ${room}: this was not sent. Type /join ${room} to go in.`,
  "no-named-room": ({ room, closest }) =>
    `There is no room called ${room}: this was not sent. ${closest === null ? "" : `Did you mean #${closest}? `}Begin the line with ## to say it as it is.`,
  "too-many-rooms": ({ limit }) => `You are already in ${counted(limit, "room")}, the maximum. Use /leave ROOM first.`,
  "not-owner": "Only the owner of this room can do that.",
  "not-operator": "Only the owner and the operators of this room can do that.",
  "lobby-is-nobodys":
    "This room belongs to nobody: the operator of the server keeps order here. /ignore USER hides what somebody says.",
  "owner-stays": "You cannot do that to the owner of this room.",
  "not-there": "This user is not in this room. Use /users ROOM to see who is.",
  "already-operator": "This user is already an operator of this room.",
  "no-operator": "This user is not an operator of this room.",
  "too-many-operators": `This room already has ${MAX_OPERATORS} operators, the maximum. Use /deop USER first.`,
  banned: ({ reason, ...ban }) =>
    `You are banned from this room${untilEnd(ban)}. Its owner can lift that with /unban.${reasonGiven(reason)}`,
  "address-banned": (ban) =>
    `Somebody at your address is banned from this room${untilEnd(ban)}, and nobody new may join from there. Its owner can lift that with /unban.`,
  "not-banned": "This user is not banned from this room.",
  "too-many-bans": `This room already has ${MAX_BANS} bans, the maximum. Use /unban USER first.`,
  "not-a-duration": "I do not understand this time. Write it like 10m, 12h or 7d.",
  "ban-too-long": "A ban lasts up to 36500d. Leave the time out to ban until /unban.",
  "reason-too-long": ({ limit }) => `The reason of a ban has up to ${counted(limit, "character")}.`,
  "not-destroyable": "You can only destroy rooms created by you.",
  "not-maker": "Only whoever made this room can destroy it: something was said in it. Use /leave to leave it.",
  "invite-not-private": "You can only invite from inside a private room that you own.",
  "already-invited": "This user is already a member of this private room.",
  "invitee-banned": "This user is banned from this room. Use /unban USER first.",
  "no-such-user": "This user is not online. Use /users to see online users.",
  "self-ignored": "You cannot ignore yourself.",
  "too-many-ignored": ({ limit }) =>
    `You already ignore ${counted(limit, "user")}, the maximum. Use /unignore USER first.`,
  "not-ignored": "You do not ignore this user.",
  "nobody-to-reply": "Nobody has whispered to you yet. Use /whisper USER TEXT.",
  "unknown-setting": ({ names }) => `There is no such setting. There are: ${names}.`,
  "not-on-or-off": ({ setting }) => `Usage: /set ${setting} on or /set ${setting} off.`,
  "not-a-number": ({ most, usage }) => `The number of lines is from 1 to ${most}. Usage: ${usage}`,
  "not-a-range": ({ usage }) =>
    `A range of lines is two numbers from 1 on, the lower one first, with - between. Usage: ${usage}`,
  "too-much-waiting": "The server is busy: your line was not stored. Say it again in a moment.",
  "store-full": "The disk of the server is full: your line was not stored. Say it again when there is space.",
  "store-unavailable":
    "The server cannot store anything right now: your line was not stored. Say it again in a moment.",
  "store-unknown":
    "It is not known whether your line was stored: the server cannot reach its store. See /history before you say it again.",
  "room-name-of-digits": "Numbers of rooms are given by the server. Please choose a name with letters.",
  "application-handle-taken": "No handle is free for this application. Please choose a different name.",
  "application-inactive": "This application is not active: nothing may be said in its rooms now.",
  "no-such-application": "There is no application with this name, or this is not its token: /enter APP TOKEN.",
  "message-too-long": `A message has up to ${MAX_BODY_BYTES} bytes and ${MAX_BODY_LINES} lines: this one was not sent.`,
  "too-many-tokens": ({ limit }) =>
    `You have shown ${counted(limit, "wrong token")}, the maximum. Log in again to try another one.`,
  "no-such-message": "There is no line with this number. /history shows the numbers.",
  "not-author": "You can only change lines that you said since you logged in.",
  "not-author-or-operator":
    "You can only remove lines that you said since you logged in, or in rooms that you operate.",
  "nothing-to-undo": "You said nothing in the last minute. /delete NUMBER removes an older line.",
  "not-a-message-number": ({ usage }) => `Lines have numbers, which /history shows. Usage: ${usage}`,
  "changed-meanwhile": "Somebody has changed this line meanwhile.",
  "nonce-reused": "Something else was sent with this key before.",
  "lost-name": "Your name was given to somebody else: your line was not stored.",
  "line-not-storable": "The server could not store this line. Please say it in other words.",
  "own-code": "This is your code to come back: it was not sent. Keep it to yourself.",
  "name-in-doubt": "It is being checked whether your name is still yours. Try again in a moment.",
  "cut-off": "This server cannot reach its database right now. Try again in a moment.",
  "whisper-unanswered": "Your whisper may not have arrived: the other server does not answer. Try again in a moment.",
  "read-failed": "Earlier messages cannot be shown right now. Try again in a moment.",
  internal: "Something went wrong on the server, and it was logged. Please try again.",
};

/** What somebody is told instead whose connection is closed because they were refused as often as they may be. */
export const lastRefusals: { readonly [C in RefusalCode]?: string } = {
  "name-invalid": "Invalid username.",
  "name-reserved": "This name is reserved, disconnecting.",
  "name-taken": "You're already logged in from a different client, disconnecting.",
  "name-kept":
    "This name is kept for somebody whose connection broke, disconnecting. If that is you, log in as NAME:CODE.",
  "wrong-code": "This is not the code of this name, disconnecting.",
};

/** The line that tells somebody why they do not get what they asked for. */
export function refusalSentence<C extends RefusalCode>({ code, args }: Pick<Refusal<C>, "code" | "args">): string {
  const sentence: string | ((args: RefusalArguments<C>) => string) = refusals[code];
  return typeof sentence === "string" ? sentence : sentence(args);
}
