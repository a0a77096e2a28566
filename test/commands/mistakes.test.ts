import t from "tap";
import { aWorld } from "../support/world/people.ts";

const UNKNOWN = "Command not known, type /help to see available commands.";
const MISSING = "Incomplete command or message sent without joining a room first.";
const NO_ROOM = "There is no room with this name. /rooms lists the rooms.";
const NO_USER = "This user is not online. Use /users to see online users.";
const LINES = "The number of lines is from 1 to 100. Usage: /history [LINES|80-119] [ROOM]";
const RANGE =
  "A range of lines is two numbers from 1 on, the lower one first, with - between. Usage: /history [LINES|80-119] [ROOM]";

/** What people have been seen to type, and what they are told. */
const MISTAKES: readonly (readonly [typed: string, ...told: string[]])[] = [
  ["/hlep", `${UNKNOWN} Did you mean /help?`],
  ["/jion lobby", `${UNKNOWN} Did you mean /join?`],
  ["/wisper ben hi", `${UNKNOWN} Did you mean /whisper?`],
  ["/version", UNKNOWN],
  ["/motd", UNKNOWN],
  ["/whois ben", `${UNKNOWN} /users lists who is online, /users ROOM who is in a room.`],
  ["/away", `${UNKNOWN} Nobody is marked as away: /me TEXT tells the room.`],
  ["/clear", `${UNKNOWN} Your terminal can clear its screen; after /set edit on, ^L does.`],
  ["/names", "Online users: ann, ben"],
  ["/nick anna", "To change your name, /quit and log in with the new one."],
  ["/join", `${MISSING} Usage: /join ROOM`],
  ["/join a b", "Too many words. Usage: /join ROOM"],
  ["/join #lobby", "You are already in this room."],
  ["/join Plans", NO_ROOM],
  ["/create my room", "A room's name is one word. Try /create my-room."],
  ["/create_private my room", "A room's name is one word. Try /create_private my-room."],
  ["/create Größe", "A room's name may have up to 64 letters (A to Z), digits, _ and -."],
  ["/create #lobby", "A room with this name already exists. Please choose a different name."],
  ["/users nobody", NO_ROOM],
  ["/msg nobody hi", NO_USER],
  ["/w @ben,", `${MISSING} Usage: /whisper USER TEXT`],
  ["/reply hi", "Nobody has whispered to you yet. Use /whisper USER TEXT."],
  ["/invite ben", "You can only invite from inside a private room that you own."],
  ["/destroy lobby", "You can only destroy rooms created by you."],
  ["/history x y", LINES],
  ["/history -3", LINES],
  ["/history 0", LINES],
  ["/history 5-1", RANGE],
  ["/history 80-", RANGE],
  ["/set time maybe", "Usage: /set time on or /set time off."],
  ["/set color on", "There is no such setting. There are: time, edit, redraw, prompt."],
  ["/set", "Settings: time off, edit off, redraw on, prompt off. /set SETTING on or /set SETTING off changes one."],
  ["#Planes hello", "There is no room called Planes: this was not sent. Begin the line with ## to say it as it is."],
  ["/part", "You left room lobby.", "You are in no room right now. /rooms lists the rooms."],
  ["hello void", `${MISSING} Type /help to see available commands. /rooms lists the rooms.`],
  ["/quit see you", "Bye."],
];

t.test("each mistake is told with what to do, and nobody else hears of it", async (t) => {
  const world = await aWorld();
  const [ann, ben] = await world.enterAll("ann", "ben");
  await ann.says("/create Planes", "/join Planes", "/destroy Planes");
  ben.heard();
  for (const [typed, ...told] of MISTAKES) t.same(await ann.says(typed), told, typed);
  t.same(ben.heard(), ["[*]: User ann left lobby."]);
});
