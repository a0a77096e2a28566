import t from "tap";
import { lastRefusals, refusalSentence } from "../../src/formats/text/refusal-sentences.ts";
import { texts } from "../../src/formats/text/sentences.ts";

t.test("the sentences of the system before are there word for word", async (t) => {
  const sentences: readonly [ours: string | undefined, theirs: string][] = [
    [texts.loginPrompt, "Login:"],
    [texts.welcome("one"), "Welcome, one."],
    [texts.seeHelp, "Type /help to see available commands."],
    [texts.availableCommands, "Available commands:"],
    [texts.onlineUsers("one, two", 2, 0), "Online users: one, two"],
    [texts.rooms("Planes", 0), "Rooms: Planes"],
    [texts.noRooms, "There are no rooms yet. Be the first to make one. :)"],
    [texts.joined("two", "Planes"), "User two joined Planes."],
    [texts.left("one", "Planes"), "User one left Planes."],
    [texts.youLeft("Planes"), "You left room Planes."],
    [texts.youDestroyed("Planes"), "Room Planes destroyed."],
    [texts.invited, "User added to private room members."],
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
    [texts.roomCreated("Planes"), "Room Planes created."],
    [texts.invitation("Planes"), "I invited you to my private room Planes."],
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

t.test("who makes a room, and who is invited to one, is told how to go in", async (t) => {
  t.equal(texts.roomCreated("Planes"), "Room Planes created. Type /join Planes to go in.");
  t.equal(texts.invitation("Den"), "I invited you to my private room Den. Type /join Den to come in.");
});

t.test("the sentences of the contract are there word for word", async (t) => {
  const sentences: readonly [ours: string, theirs: string][] = [
    [texts.loginHelp, "Type the name that others will see: up to 32 letters (A to Z), digits and _, with a letter."],
    [
      refusalSentence({ code: "name-taken", args: { mayBeFreeSoon: false } }),
      "You're already logged in from a different client, or somebody else is using this name. Please choose a different name. If your connection broke, log in as NAME:CODE with the code that you were told at login.",
    ],
    [
      texts.here("lobby", "one, two and 3 others"),
      "You are in lobby with one, two and 3 others. What you type is said there.",
    ],
    [texts.nobodyElse("lobby"), "Nobody else is in lobby. Your line is kept for whoever joins later."],
    [texts.nowTalking("Planes"), "You are now talking in Planes."],
    [texts.roomDestroyed("Planes"), "Room Planes was destroyed."],
    [texts.manyJoined(14, "Planes"), "14 people joined Planes."],
    [texts.linesSkipped(212), "212 lines were skipped because your connection was too slow. See /history."],
    [texts.restarting, "The server is restarting. Please connect again in a moment."],
    [
      refusalSentence({ code: "names-unavailable", args: {} }),
      "Names cannot be checked right now. Please try again in a moment.",
    ],
    [lastRefusals["name-reserved"] ?? "", "This name is reserved, disconnecting."],
    [texts.nick, "To change your name, /quit and log in with the new one."],
    [texts.onlineUsers("one", 241, 240), "Online users: one … and 240 more (241). /users ROOM lists one room."],
  ];
  for (const [ours, theirs] of sentences) t.equal(ours, theirs);
});

t.test("who logs in is told whether what they say is kept, and how long", async (t) => {
  t.equal(texts.kept(null), "What is said in rooms is kept; whispers are not.");
  t.equal(texts.kept("90 days"), "What is said in rooms is kept for 90 days; whispers are not.");
});

t.test("one skipped line is not called lines", async (t) => {
  t.equal(texts.linesSkipped(1), "1 line was skipped because your connection was too slow. See /history.");
});

t.test("one line of somebody ignored is not called lines", async (t) => {
  t.equal(texts.linesIgnored(1), "1 line of somebody you ignore is not shown.");
  t.equal(texts.linesIgnored(2), "2 lines of people you ignore are not shown.");
});

t.test("a ban is listed with what is known of it", async (t) => {
  t.equal(texts.ban("two", "one", "20:15 UTC", "spam"), "two by one until 20:15 UTC (spam)");
  t.equal(texts.ban("two", "one", null, ""), "two by one");
  t.equal(texts.ban("two", null, null, ""), "two");
});

t.test("who bans somebody is told where the ban is on the address, too", async (t) => {
  t.equal(texts.youBanned("two", "Planes", null, "", false), "User two is banned from Planes until /unban.");
  t.equal(
    texts.youBanned("two", "Planes", "1h", "", true),
    "User two is banned from Planes for 1h. Nobody new may join from the same address, either; /unban two lifts both.",
  );
});

t.test("a room where nobody else is says so", async (t) => {
  t.equal(texts.here("lobby", null), "You are in lobby. Nobody else is here right now. What you type is said there.");
});
