import t from "tap";
import { refusalCodes } from "../../src/domain/refusals.ts";
import { lastRefusals, listSome, refusalSentence, texts } from "../../src/formats/text/sentences.ts";
import { controlsIn } from "../support/control-characters.ts";

/** Every sentence, those with something to fill in filled in. */
function everySentence(): [name: string, sentence: string][] {
  const all: [string, string][] = [...everyRefusal(), ...Object.entries(texts.foreign), ...everyLastRefusal()];
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text === "string") all.push([name, text]);
    // Whatever each takes, be it a name or a number: all that matters here is the sentence around it.
    else if (typeof text === "function") all.push([name, (text as (...filled: unknown[]) => string)("2", "3", "4")]);
  }
  return all;
}

/** The sentence of every refusal, with what it may name. */
function everyRefusal(): [code: string, sentence: string][] {
  return refusalCodes.flatMap((code): [string, string][] =>
    [null, "join"].map((closest) => {
      const args = { closest, usage: "/x.", room: "x", reason: closest === null ? "" : "x." };
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
    t.notMatch(sentence, /[\r\n]|^\s|\s$|undefined|null|\[object/, name);
  }
});

t.test("every refusal is a sentence, under a code in kebab case", async (t) => {
  for (const [code, sentence] of everyRefusal()) {
    t.match(code, /^[a-z]+(-[a-z]+)*$/);
    t.match(sentence, /^[A-Z].*[.?]$/, code);
  }
});

t.test("the sentences of the system before are there word for word", async (t) => {
  const sentences: readonly [ours: string | undefined, theirs: string][] = [
    [texts.loginPrompt, "Login:"],
    [texts.welcome("one"), "Welcome, one."],
    [texts.seeHelp, "Type /help to see available commands."],
    [texts.availableCommands, "Available commands:"],
    [texts.onlineUsers("one, two", 0), "Online users: one, two"],
    [texts.rooms("Planes", 0), "Rooms: Planes"],
    [texts.noRooms, "There are no rooms yet. Be the first to make one. :)"],
    [texts.roomCreated("Planes"), "Room Planes created."],
    [texts.joined("two", "Planes"), "User two joined Planes."],
    [texts.left("one", "Planes"), "User one left Planes."],
    [texts.youLeft("Planes"), "You left room Planes."],
    [texts.youDestroyed("Planes"), "Room Planes destroyed."],
    [texts.invited, "User added to private room members."],
    [texts.invitation("Planes"), "I invited you to my private room Planes."],
    [texts.bye, "Bye."],
    [lastRefusals["name-invalid"], "Invalid username."],
    [lastRefusals["name-taken"], "You're already logged in from a different client, disconnecting."],
    [
      refusalSentence({ code: "unknown-command", args: { closest: null } }),
      "Command not known, type /help to see available commands.",
    ],
    [
      refusalSentence({ code: "room-name-taken", args: {} }),
      "A room with this name already exists. Please choose a different name.",
    ],
    [refusalSentence({ code: "already-in-room", args: {} }), "You are already in this room."],
    [refusalSentence({ code: "not-destroyable", args: {} }), "You can only destroy rooms created by you."],
    [refusalSentence({ code: "no-such-user", args: {} }), "This user is not online. Use /users to see online users."],
  ];
  for (const [ours, theirs] of sentences) t.equal(ours, theirs);
});

t.test("where more is said, the sentence of the system before comes first", async (t) => {
  const beginnings: readonly [ours: string, theirs: string][] = [
    [refusalSentence({ code: "name-invalid", args: {} }), "Invalid username."],
    [refusalSentence({ code: "no-such-room", args: {} }), "There is no room with this name."],
    [
      refusalSentence({ code: "missing-argument", args: { usage: "" } }),
      "Incomplete command or message sent without joining a room first.",
    ],
    [
      refusalSentence({ code: "no-room-joined", args: {} }),
      "Incomplete command or message sent without joining a room first.",
    ],
  ];
  for (const [ours, theirs] of beginnings) t.ok(ours.startsWith(theirs), ours);
});

t.test("the sentences of the contract are there word for word", async (t) => {
  const sentences: readonly [ours: string, theirs: string][] = [
    [texts.loginHelp, "Type a name to come in: letters, digits and _, up to 32."],
    [
      refusalSentence({ code: "name-taken", args: {} }),
      "You're already logged in from a different client, or somebody else is using this name. Please choose a different name.",
    ],
    [
      texts.here("lobby", "one, two and 3 others"),
      "You are in lobby with one, two and 3 others. What you type is said there.",
    ],
    [texts.nobodyHere, "Nobody else is here. Your line is kept; they will see it when they come."],
    [texts.nowTalking("Planes"), "You are now talking in Planes."],
    [texts.roomDestroyed("Planes"), "Room Planes was destroyed."],
    [texts.manyJoined(14, "Planes"), "14 people joined Planes."],
    [texts.linesSkipped(212), "212 lines skipped, your connection was too slow. See /history."],
    [texts.restarting, "The server is restarting. Please connect again in a moment."],
    [
      refusalSentence({ code: "names-unavailable", args: {} }),
      "Names cannot be checked now. Please try again in a moment.",
    ],
    [lastRefusals["name-reserved"] ?? "", "This name is kept for the server, disconnecting."],
    [texts.nick, "Leave with /quit and log in under the new name."],
    [texts.onlineUsers("one", 240), "Online users: one … and 240 more, /users ROOM shows one room."],
  ];
  for (const [ours, theirs] of sentences) t.equal(ours, theirs);
});

t.test("one skipped line is not called lines", async (t) => {
  t.equal(texts.linesSkipped(1), "1 line skipped, your connection was too slow. See /history.");
});

t.test("a room where nobody else is says so", async (t) => {
  t.equal(texts.here("lobby", null), "You are in lobby, nobody else is here now. What you type is said there.");
});

t.test("up to three names are all said, of more the first two and how many others", async (t) => {
  const names = ["one", "two", "three", "four"];
  t.equal(listSome(names, 1), "one");
  t.equal(listSome(names, 2), "one and two");
  t.equal(listSome(names, 3), "one, two and three");
  t.equal(listSome(names, 4), "one, two and 2 others");
  t.equal(listSome(names, 1000), "one, two and 998 others");
});
