import { MAX_BODY_BYTES, MAX_BODY_LINES } from "../../domain/body.ts";
import type { Refusal, RefusalArguments, RefusalCode } from "../../domain/refusals.ts";
import { MAX_BANS, MAX_OPERATORS } from "../../domain/rights.ts";
import { andCount, andMore, because, counted, reasonGiven, withNotes } from "./phrases.ts";
import { endTime } from "./times.ts";

/**
 * Every sentence that chatd says to people, except a command's usage and help, which live with the command. Sentences
 * that older systems used stand first and word for word; what chatd adds follows on the same line.
 */
export const texts = {
  loginPrompt: "Login:",
  roomPrompt: (room: string) => `${room}> `,
  loginHelp: "Type the name that others will see: up to 32 letters (A to Z), digits and _, with a letter.",
  welcome: (name: string) => `Welcome, ${name}.`,
  seeHelp: "Type /help to see available commands.",
  kept: (duration: string | null) =>
    `What is said in rooms is kept${duration === null ? "" : ` for ${duration}`}; whispers are not.`,
  comeBack: (name: string, code: string, duration: string) =>
    `If your connection breaks, log in as ${name}:${code} within ${duration}.`,
  nothingKept: (name: string) => `No session of ${name} is kept any more, so this is a new one.`,
  keptEnded: (name: string) => `What ${name} had before has ended: only its code would have brought it back.`,
  askingHolder: "Somebody at your address is using this name. Checking whether they are still connected …",
  nameWanted: (name: string, seconds: number) =>
    `Somebody at your address wants the name ${name}. Type anything within ${seconds} seconds to keep it.`,
  nameGivenUp: (name: string, isKept: boolean) =>
    `Nobody typed anything, so the name ${name} was given up. Log in ${isKept ? `as ${name}:CODE to come back` : "again"}.`,
  replaced: "You have logged in from a different client, closing this connection.",
  loginBytes: (bytes: number) => `More than ${bytes} bytes came before a name, disconnecting. Please connect again.`,
  loginTimeout: (seconds: number) =>
    `No name within ${counted(seconds, "second")}, disconnecting. Please connect again.`,
  bye: "Bye.",
  isHere: "Yes, chatd is here.",
  howToLeave: "Type /quit to leave.",
  howToAnswer: "Type /r TEXT to answer.",

  turnedAway: {
    "max-connections": (limit: number) =>
      `This server is full (${counted(limit, "connection")}). Please try again later.`,
    "max-connections-per-address": (limit: number) =>
      `Your address already has ${counted(limit, "connection")}, the maximum. Close one first.`,
    "max-new-per-minute": () => "There are too many new connections from your address. Please wait a minute.",
    "not-through-proxy": "Please connect through this server's proxy.",
    "not-tls": "This port speaks TLS. Try: ncat --ssl HOST PORT, or openssl s_client -quiet -connect HOST:PORT",
  },
  addressBanned: (reason: string) => `Your address is banned here${because(reason)}`,
  typingFast: (rate: number, waiting: number) =>
    `You are sending lines very fast. They now go out at ${rate} per second; none is lost. ${linesWait(waiting)}`,
  addressTypesFast: (waiting: number) =>
    `Your address is sending lines very fast. They now go out in turns; none is lost. ${linesWait(waiting)}`,
  linesDropped: (count: number) =>
    count === 1 ? "1 waiting line was dropped and not sent." : `${count} waiting lines were dropped and not sent.`,
  linesNotSent: (count: number) =>
    count === 1
      ? "1 waiting line was not sent. Send it again."
      : `${count} waiting lines were not sent. Send them again.`,
  tooManyKeys: "Your client sends more control keys or telnet commands than anybody can press, disconnecting.",
  foreign: {
    proxy: "This port does not expect a PROXY header (--proxy-protocol).",
    http: "This is a chat server, not a web server. Try: telnet HOST PORT",
    tls: "This port speaks plain text, not TLS. Try: telnet HOST PORT",
    ssh: "This is a chat server, not an SSH server. Try: telnet HOST PORT",
    irc: "This is a chat server for telnet and nc, not an IRC server. Try: telnet HOST PORT",
  },
  subnegotiationTooLong: "Your telnet client sent a sub-negotiation without an end, disconnecting.",
  lineEndless: (bytes: number) => `${bytes} bytes without a line end, disconnecting.`,
  lineTooLong: (bytes: number, max: number) =>
    `Your line was not sent: it has ${bytes} bytes, and ${max} is the maximum. Please send it in parts.`,
  tooSlow: "Your connection was too slow to receive what was said, disconnecting. Connect again and see /history.",
  linesSkipped: (lines: number) =>
    lines === 1
      ? "1 line was skipped because your connection was too slow. See /history."
      : `${lines} lines were skipped because your connection was too slow. See /history.`,
  restarting: "The server is restarting. Please connect again in a moment.",
  goingAway: "This server is shutting down. Please connect again.",
  kickedByOperator: (reason: string) => `The operator closed your connection${because(reason)}`,

  here: (room: string, others: string | null) =>
    others === null
      ? `You are in ${room}. Nobody else is here right now. What you type is said there.`
      : `You are in ${room} with ${others}. What you type is said there.`,
  nobodyElse: (room: string) => `Nobody else is in ${room}. Your line is kept for whoever joins later.`,
  back: (room: string) => `You are back in ${room}.`,
  backAfter: (room: string, missed: number, isMore: boolean) =>
    `You are back in ${room}. ${saidMeanwhile(missed, isMore)}`,
  roomHasEnded: (room: string) => `Room ${room} has ended.`,
  notInRoomAnyMore: (room: string) => `You are not in ${room} any more.`,
  bannedMeanwhile: (room: string, until: string | null, reason: string) =>
    `You are not in ${room} any more: you are banned from it${until === null ? "" : ` until ${until}`}.${reasonGiven(reason)}`,

  joined: (name: string, room: string) => `User ${name} joined ${room}.`,
  left: (name: string, room: string) => `User ${name} left ${room}.`,
  manyJoined: (count: number, room: string) => `${count} people joined ${room}.`,
  manyLeft: (count: number, room: string) => `${count} people left ${room}.`,
  nowOwns: (name: string, room: string) => `User ${name} now owns ${room}.`,
  madeOwner: (name: string, room: string) => `The operator made user ${name} the owner of ${room}.`,
  kicked: (name: string, room: string, by: string) => `User ${name} was kicked from ${room} by ${by}.`,
  youWereKicked: (room: string, by: string) => `You were kicked from ${room} by ${by}.`,
  banned: (name: string, room: string, by: string, reason: string) =>
    `User ${name} was banned from ${room} by ${by}${because(reason)}`,
  youWereBanned: (room: string, by: string, duration: string | null, reason: string) =>
    `You were banned from ${room} by ${by}${duration === null ? "" : ` for ${duration}`}${because(reason)}`,
  unbanned: (name: string, room: string, by: string) => `${by} lifted the ban on ${name} in ${room}.`,
  operatorUnbanned: (name: string, room: string) => `The operator lifted the ban on ${name} in ${room}.`,
  nowOperator: (name: string, room: string, by: string) => `${by} made ${name} an operator of ${room}.`,
  noOperator: (name: string, room: string, by: string) => `${by} took ${name}'s operator rights in ${room}.`,
  noTopic: (room: string) => `${room} has no topic.`,
  changed: (name: string, seq: number, room: string, text: string) =>
    `User ${name} changed line ${seq} in ${room}: ${text}`,
  removed: (name: string, seq: number, room: string) => `User ${name} removed line ${seq} in ${room}.`,
  youChanged: (seq: number, room: string, text: string) => `You changed line ${seq} in ${room}: ${text}`,
  youRemoved: (seq: number, room: string) => `You removed line ${seq} in ${room}.`,
  topicSet: (name: string, room: string, topic: string) => `User ${name} set the topic of ${room}: ${topic}`,
  topicRemoved: (name: string, room: string) => `User ${name} removed the topic of ${room}.`,
  operatorSetTopic: (room: string, topic: string) => `The operator set the topic of ${room}: ${topic}`,
  operatorRemovedTopic: (room: string) => `The operator removed the topic of ${room}.`,
  roomDestroyed: (room: string) => `Room ${room} was destroyed.`,
  operatorDestroyed: (room: string) => `The operator destroyed room ${room}.`,

  nowTalking: (room: string) => `You are now talking in ${room}.`,
  nowNowhere: "You are in no room right now.",
  nowTalkingNowhere: "You talk in no room right now.",
  talkThere: (room: string) => `Type /join ${room} to talk there.`,
  seeRooms: "/rooms lists the rooms.",
  enteredApplication: (handle: string) =>
    `Names of rooms mean those of ${handle} now. /rooms lists them, /enter main comes back.`,
  enteredMain: "Names of rooms mean those of main again.",
  youLeft: (room: string) => `You left room ${room}.`,
  roomCreated: (room: string) => `Room ${room} created. Type /join ${room} to go in.`,
  youDestroyed: (room: string) => `Room ${room} destroyed.`,
  invited: "User added to private room members.",
  invitation: (room: string) => `I invited you to my private room ${room}. Type /join ${room} to come in.`,
  youKicked: (name: string, room: string) => `User ${name} was kicked from ${room}.`,
  youBanned: (name: string, room: string, duration: string | null, reason: string, isOnAddress: boolean) =>
    `User ${name} is banned from ${room} ${duration === null ? "until /unban" : `for ${duration}`}.${reasonGiven(reason)}${isOnAddress ? ` Nobody new may join from the same address, either; /unban ${name} lifts both.` : ""}`,
  bannedFrom: (room: string, bans: string) => `Users banned from ${room}: ${bans}`,
  ban: (name: string, by: string | null, until: string | null, reason: string) =>
    withNotes(`${name}${by === null ? "" : ` by ${by}`}${until === null ? "" : ` until ${until}`}`, reason),
  nobodyBanned: (room: string) => `Nobody is banned from ${room}.`,
  youUnbanned: (name: string, room: string) => `User ${name} may join ${room} again.`,
  youMadeOperator: (name: string, room: string) => `User ${name} is now an operator of ${room}.`,
  youUnmadeOperator: (name: string, room: string) => `User ${name} is no longer an operator of ${room}.`,
  topicChanged: "Topic set.",
  topicCleared: "Topic removed.",

  talksIn: (room: string, notes: string, others: string, more: number) =>
    `You talk in ${withNotes(room, notes)}.${others === "" ? "" : ` Also in: ${andMore(others, more)}.`}`,
  talksNowhere: (rooms: string, more: number) =>
    `You talk in no room. You are in: ${andMore(rooms, more)}. Type /join ROOM to talk in one of them.`,
  onlineUsers: (names: string, count: number, more: number) =>
    `Online users: ${andCount(names, count, more)}${more > 0 ? ". /users ROOM lists one room." : ""}`,
  usersIn: (room: string, names: string, count: number, more: number) =>
    `Users in ${room}: ${andCount(names, count, more)}`,
  nobodyIn: (room: string) => `Nobody is in ${room}.`,
  listedRoom: (room: string, notes: string) => withNotes(room, notes),
  rooms: (names: string, more: number) => `Rooms: ${names}${more > 0 ? ` … and ${more} more.` : ""}`,
  noRooms: "There are no rooms yet. Be the first to make one. :)",
  availableCommands: "Available commands:",
  plainTalk: "What you type without a / is said in your current room; //text says /text.",
  talkElsewhere: "#Room text is said in that room; ##text says #text.",
  linesElsewhere: "Lines of your other rooms begin with #Room; type /join Room to talk there.",
  moreHelp: "/help COMMAND explains a command, /help all explains every one.",
  nothingSaid: (room: string) => `Nothing has been said in ${room} yet.`,
  linesIgnored: (count: number) =>
    count === 1 ? "1 line of somebody you ignore is not shown." : `${count} lines of people you ignore are not shown.`,
  youIgnore: (name: string) =>
    `You ignore ${name} from now on: what they say is not shown to you. /unignore ${name} ends that.`,
  nobodyHas: (name: string) => `Nobody has the name ${name} right now. /users lists who is online.`,
  youIgnoreNoMore: (name: string) => `You no longer ignore ${name}.`,
  ignored: (names: string) => `You ignore: ${names}`,
  nobodyIgnored: "You ignore nobody.",
  cutOff:
    "This server cannot reach its database. What you type is waiting, and you will see what others say when it is back.",
  backAgain: "This server reaches its database again.",
  storeWentBack: (room: string) =>
    `The database was restored: what was said last in ${room} may be missing. See /history.`,
  roomNotRestored: (room: string) => `The database was restored: the room ${room} is no longer in it.`,
  lostName: "Your name was given to somebody else while this server was away. Please choose a different name.",
  lobbyUnread: (room: string) => `You cannot enter ${room} right now. Try /join ${room} in a moment.`,
  historyUnread: "Earlier messages cannot be shown right now. Try /history in a moment.",
  noSuchLines: (room: string, last: number) =>
    `There are no lines with these numbers in ${room}. The last line there is ${last}.`,
  mostLines: (most: number) => `The maximum is ${most} lines.`,
  settings: (all: string) => `Settings: ${all}. /set SETTING on or /set SETTING off changes one.`,
  timeOn: "Lines now begin with the time (UTC).",
  timeOff: "Lines no longer show the time.",
  editAsked:
    "Your client is asked to send every key. If it can, lines are edited here from now on: cursor keys, Tab, ^L. If it cannot (nc), it shows a few odd characters, and nothing else changes.",
  editOn: "Lines are edited here already: cursor keys, Tab, ^L.",
  editOff: "Your client edits your lines again.",
  redrawOn: "What you are typing is shown again below what comes in.",
  redrawOff: "What you are typing is not shown again when something comes in. ^L shows it.",
  redrawWithoutEdit: "This holds while lines are edited here: /set edit on.",
  promptOn: "Your line now begins with the room that you talk in.",
  promptOff: "Your line no longer begins with the room that you talk in.",
  promptWithoutEdit: "Your line will begin with the room that you talk in while lines are edited here: /set edit on.",
  nick: "To change your name, /quit and log in with the new one.",
} as const;

function saidMeanwhile(count: number, isMore: boolean): string {
  if (count === 0) return "Nothing was said meanwhile.";
  if (count === 1) return "1 line was said meanwhile.";
  return isMore ? `More than ${count - 1} lines were said meanwhile.` : `${count} lines were said meanwhile.`;
}

/** What is told of a room behind its name, in brackets. */
export const roomNotes = {
  private: "private",
  current: "current",
  joined: "joined",
  owner: "you own it",
  operator: "you are an operator",
} as const;

function linesWait(count: number): string {
  return count === 1 ? "1 line waits." : `${count} lines wait.`;
}

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
