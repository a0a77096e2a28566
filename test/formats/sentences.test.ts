import t from "tap";
import { type RefusalArguments, type RefusalCode, refusalCodes } from "../../src/domain/refusals.ts";
import { insteadOf, lastRefusals, refusalSentence } from "../../src/formats/text/refusal-sentences.ts";
import { texts } from "../../src/formats/text/sentences.ts";
import { controlsIn } from "../../tools/control-characters.ts";

/** What a refusal says: one sentence, or one for each of these arguments. */
type Said<C extends RefusalCode> = string | readonly (readonly [args: RefusalArguments<C>, sentence: string])[];

/** 2026-11-20 12:00:00 UTC. */
const NOON_MICROS = Date.UTC(2026, 10, 20, 12) * 1000;
const DAY_MICROS = 24 * 60 * 60 * 1_000_000;

const REFUSALS: { readonly [C in RefusalCode]: Said<C> } = {
  "unknown-command": [
    [{ closest: null }, "Command not known, type /help to see available commands."],
    [{ closest: "join" }, "Command not known, type /help to see available commands. Did you mean /join?"],
  ],
  "command-of-other-chats": [
    [
      { command: "whois" },
      "Command not known, type /help to see available commands. /users lists who is online, /users ROOM who is in a room.",
    ],
    [
      { command: "away" },
      "Command not known, type /help to see available commands. Nobody is marked as away: /me TEXT tells the room.",
    ],
  ],
  "missing-argument": [
    [{ usage: "/kick USER" }, "Incomplete command or message sent without joining a room first. Usage: /kick USER"],
  ],
  "extra-argument": [[{ usage: "/kick USER" }, "Too many words. Usage: /kick USER"]],
  "blank-before-command": [
    [{ sign: "/" }, "There is a blank before /, so nothing was sent. Leave it out, or double the / to say the line."],
  ],
  "no-room-joined":
    "Incomplete command or message sent without joining a room first. Type /help to see available commands. /rooms lists the rooms.",
  "no-current-room": [
    [{ room: "lobby" }, "You are talking in no room now: this was not sent. Type /join lobby to talk there."],
  ],
  "no-such-room": "There is no room with this name. /rooms lists the rooms.",
  "room-name-taken": "A room with this name already exists. Please choose a different name.",
  "room-not-stored": "The server cannot store anything right now: the room was not made. Try again in a moment.",
  "made-too-many-rooms": [
    [{ limit: 1 }, "You have already made 1 room, the maximum. Use /destroy ROOM first."],
    [{ limit: 10 }, "You have already made 10 rooms, the maximum. Use /destroy ROOM first."],
  ],
  "address-made-too-many-rooms": [
    [
      { limit: 100 },
      "Your address has already made 100 rooms in 24 hours, the maximum. Join one of them: /rooms lists them.",
    ],
  ],
  "server-has-too-many-rooms": "This server cannot take more rooms. Join one of them: /rooms lists them.",
  "name-invalid": "Invalid username. A name is letters (A to Z), digits and _, up to 32, with at least one letter.",
  "name-reserved": "This name is reserved. Please choose a different name.",
  "name-banned": [
    [{ reason: "" }, "This name is banned here."],
    [{ reason: "Spam." }, "This name is banned here: Spam."],
  ],
  "name-taken": [
    [
      { mayBeFreeSoon: true },
      "You're already logged in from a different client, or somebody else is using this name. Please choose a different name. If your connection broke, log in as NAME:CODE with the code that you were told at login; without it the name may be free in a minute, but your rooms and rights are lost.",
    ],
    [
      { mayBeFreeSoon: false },
      "You're already logged in from a different client, or somebody else is using this name. Please choose a different name. If your connection broke, log in as NAME:CODE with the code that you were told at login.",
    ],
  ],
  "name-kept": [
    [
      { name: "ann", untilMicros: NOON_MICROS + 600_000_000, nowMicros: NOON_MICROS },
      "The name ann is kept until 12:10 UTC for somebody whose connection broke. If that is you, log in as ann:CODE with the code that you were told at login. Otherwise please choose a different name.",
    ],
  ],
  "wrong-code": [
    [
      { name: "ann" },
      "This is not the code of ann, or what it brought back has ended. Type it as it was told at your last login, or choose a different name.",
    ],
  ],
  "names-unavailable": "Names cannot be checked right now. Please try again in a moment.",
  "room-name-invalid": "A room's name may have up to 64 letters (A to Z), digits, _ and -.",
  "room-name-of-words": [[{ command: "create", name: "my-room" }, "A room's name is one word. Try /create my-room."]],
  "already-in-room": "You are already in this room.",
  "not-in-room": "You are not in this room. Use /join to come in.",
  "not-in-named-room": [[{ room: "Planes" }, "You are not in Planes: this was not sent. Type /join Planes to go in."]],
  "no-named-room": [
    [
      { room: "Plans", closest: "Planes" },
      "There is no room called Plans: this was not sent. Did you mean #Planes? Begin the line with ## to say it as it is.",
    ],
    [
      { room: "Plans", closest: null },
      "There is no room called Plans: this was not sent. Begin the line with ## to say it as it is.",
    ],
  ],
  "too-many-rooms": [[{ limit: 50 }, "You are already in 50 rooms, the maximum. Use /leave ROOM first."]],
  "not-owner": "Only the owner of this room can do that.",
  "not-operator": "Only the owner and the operators of this room can do that.",
  "lobby-is-nobodys":
    "This room belongs to nobody: the operator of the server keeps order here. /ignore USER hides what somebody says.",
  "owner-stays": "You cannot do that to the owner of this room.",
  "not-there": "This user is not in this room. Use /users ROOM to see who is.",
  "already-operator": "This user is already an operator of this room.",
  "no-operator": "This user is not an operator of this room.",
  "too-many-operators": "This room already has 100 operators, the maximum. Use /deop USER first.",
  banned: [
    [
      { untilMicros: null, nowMicros: NOON_MICROS, reason: "" },
      "You are banned from this room. Its owner can lift that with /unban.",
    ],
    [
      { untilMicros: NOON_MICROS + DAY_MICROS, nowMicros: NOON_MICROS, reason: "spam" },
      "You are banned from this room until 2026-11-21 12:00 UTC. Its owner can lift that with /unban. Reason: spam.",
    ],
  ],
  "address-banned": [
    [
      { untilMicros: null, nowMicros: NOON_MICROS },
      "Somebody at your address is banned from this room, and nobody new may join from there. Its owner can lift that with /unban.",
    ],
    [
      { untilMicros: NOON_MICROS + 1, nowMicros: NOON_MICROS },
      "Somebody at your address is banned from this room until 12:01 UTC, and nobody new may join from there. Its owner can lift that with /unban.",
    ],
  ],
  "not-banned": "This user is not banned from this room.",
  "too-many-bans": "This room already has 100 bans, the maximum. Use /unban USER first.",
  "not-a-duration": "I do not understand this time. Write it like 10m, 12h or 7d.",
  "ban-too-long": "A ban lasts up to 36500d. Leave the time out to ban until /unban.",
  "reason-too-long": [[{ limit: 100 }, "The reason of a ban has up to 100 characters."]],
  "not-destroyable": "You can only destroy rooms created by you.",
  "not-maker": "Only whoever made this room can destroy it: something was said in it. Use /leave to leave it.",
  "invite-not-private": "You can only invite from inside a private room that you own.",
  "already-invited": "This user is already a member of this private room.",
  "invitee-banned": "This user is banned from this room. Use /unban USER first.",
  "no-such-user": "This user is not online. Use /users to see online users.",
  "self-ignored": "You cannot ignore yourself.",
  "too-many-ignored": [[{ limit: 100 }, "You already ignore 100 users, the maximum. Use /unignore USER first."]],
  "not-ignored": "You do not ignore this user.",
  "nobody-to-reply": "Nobody has whispered to you yet. Use /whisper USER TEXT.",
  "unknown-setting": [[{ names: "time, edit" }, "There is no such setting. There are: time, edit."]],
  "not-on-or-off": [[{ setting: "time" }, "Usage: /set time on or /set time off."]],
  "not-a-number": [
    [
      { most: 100, usage: "/history [LINES|80-119] [ROOM]" },
      "The number of lines is from 1 to 100. Usage: /history [LINES|80-119] [ROOM]",
    ],
  ],
  "not-a-range": [
    [
      { usage: "/history [LINES|80-119] [ROOM]" },
      "A range of lines is two numbers from 1 on, the lower one first, with - between. Usage: /history [LINES|80-119] [ROOM]",
    ],
  ],
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
  "message-too-long": "A message has up to 16384 bytes and 200 lines: this one was not sent.",
  "no-such-message": "There is no line with this number. /history shows the numbers.",
  "not-author": "You can only change lines that you said since you logged in.",
  "not-author-or-operator":
    "You can only remove lines that you said since you logged in, or in rooms that you operate.",
  "nothing-to-undo": "You said nothing in the last minute. /delete NUMBER removes an older line.",
  "not-a-message-number": [
    [{ usage: "/delete NUMBER" }, "Lines have numbers, which /history shows. Usage: /delete NUMBER"],
  ],
  "changed-meanwhile": "Somebody has changed this line meanwhile.",
  "too-many-tokens": [[{ limit: 10 }, "You have shown 10 wrong tokens, the maximum. Log in again to try another one."]],
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

/** Every sentence, those with something to fill in filled in. */
function everySentence(): [name: string, sentence: string][] {
  const all: [string, string][] = [...everyRefusal(), ...Object.entries(texts.foreign), ...everyLastRefusal()];
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === "string") all.push([name, text]);
    // Whatever each takes, be it a name or a number: all that matters here is the sentence around it.
    else if (typeof text === "function")
      all.push([name, (text as (...filled: unknown[]) => string)("2", "3", "4", "5")]);
  }
  return all;
}

/** The sentence of every refusal, with what it may name. */
function everyRefusal(): [code: string, sentence: string][] {
  return refusalCodes.flatMap((code): [string, string][] =>
    [null, "join"].map((closest) => {
      const args = {
        closest,
        usage: "/x.",
        sign: "/",
        room: "x",
        names: "x",
        setting: "x",
        command: "clear",
        name: "x",
        most: 1,
        limit: 2,
        reason: closest === null ? "" : "x.",
        untilMicros: closest === null ? null : NOON_MICROS,
        nowMicros: NOON_MICROS,
      };
      return [code, refusalSentence({ code, args })];
    }),
  );
}

function everyLastRefusal(): [code: string, sentence: string][] {
  return Object.entries(lastRefusals);
}

t.test("every sentence is one line that a terminal can show", async (t) => {
  for (const [name, sentence] of everySentence()) {
    t.same(controlsIn(sentence), [], name);
    t.notMatch(name === "roomPrompt" ? sentence.trimEnd() : sentence, /[\r\n]|^\s|\s$|undefined|null|\[object/, name);
  }
});

t.test("every refusal is a sentence, under a code in kebab case", async (t) => {
  for (const [code, sentence] of everyRefusal()) {
    t.match(code, /^[a-z]+(-[a-z]+)*$/);
    t.match(sentence, /^[A-Z].*[.?]$/, code);
  }
});

t.test("what to do instead of another chat's command is told in sentences", async (t) => {
  for (const [command, sentence] of insteadOf) {
    t.match(command, /^[a-z]+$/);
    t.match(sentence, /^(\/[a-z_]+ |[A-Z]).*\.$/, command);
    t.same(controlsIn(sentence), [], command);
  }
});

t.test("every refusal has its sentence, word for word", async (t) => {
  for (const code of refusalCodes) {
    const said: Said<RefusalCode> = REFUSALS[code];
    const cases = typeof said === "string" ? [[{}, said] as const] : said;
    for (const [args, sentence] of cases) t.equal(refusalSentence({ code, args }), sentence, code);
  }
});
