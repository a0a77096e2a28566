import t from "tap";
import type { Event, RoomEvent, RoomLabel, SessionEvent } from "../../src/domain/events.ts";
import { NOW, planes, textOf, VIEWS } from "../support/world/shown.ts";

const trains: RoomLabel = { id: 8, name: { shown: "Trains" } };

const BACK = {
  type: "back",
  room: planes,
  missed: [],
  count: 0,
  isMore: false,
  isUnread: false,
  nowMicros: NOW,
} as const satisfies SessionEvent;

const NOT_BACK = { type: "not-back", room: "Planes", hasEnded: false, ban: null } as const;
const BAN = { untilMicros: NOW + 60_000_000, reason: "spam" };

type OtherEvent = Exclude<Event, RoomEvent | { type: "entered" }>;

/** One of each type, and the lines that a terminal shows of it. */
const OTHER_EVENTS: { readonly [T in OtherEvent["type"]]: readonly (readonly [Event & { type: T }, string])[] } = {
  back: [
    [BACK, "You are back in Planes. Nothing was said meanwhile."],
    [{ ...BACK, count: 1 }, "You are back in Planes. 1 line was said meanwhile."],
    [{ ...BACK, count: 200, isMore: true }, "You are back in Planes. More than 199 lines were said meanwhile."],
    [
      { ...BACK, isUnread: true },
      "You are back in Planes. Earlier messages cannot be shown right now. Try /history in a moment.",
    ],
  ],
  "not-back": [
    [NOT_BACK, "You are not in Planes any more."],
    [{ ...NOT_BACK, hasEnded: true }, "Room Planes has ended."],
    [
      { ...NOT_BACK, ban: BAN },
      "You are not in Planes any more: you are banned from it until 20:06 UTC. Reason: spam.",
    ],
  ],
  "lobby-unread": [
    [{ type: "lobby-unread", room: "lobby" }, "You cannot enter lobby right now. Try /join lobby in a moment."],
  ],
  "talking-in": [[{ type: "talking-in", room: planes }, "You are now talking in Planes."]],
  "talking-nowhere": [
    [{ type: "talking-nowhere", other: trains }, "You talk in no room right now. Type /join Trains to talk there."],
    [{ type: "talking-nowhere", other: null }, "You are in no room right now. /rooms lists the rooms."],
  ],
  "you-destroyed": [[{ type: "you-destroyed", room: planes }, "Room Planes destroyed."]],
  "names-mean": [
    [
      { type: "names-mean", application: "celtra" },
      "Names of rooms mean those of celtra now. /rooms lists them, /enter main comes back.",
    ],
    [{ type: "names-mean", application: null }, "Names of rooms mean those of main again."],
  ],
  "you-left": [[{ type: "you-left", room: planes }, "You left room Planes."]],
  "you-were-kicked": [
    [{ type: "you-were-kicked", room: planes, by: "one" }, "[*]: You were kicked from Planes by one."],
  ],
  "you-were-banned": [
    [
      { type: "you-were-banned", room: planes, by: "one", untilMicros: null, reason: "" },
      "[*]: You were banned from Planes by one.",
    ],
    [
      { type: "you-were-banned", room: planes, by: "one", untilMicros: NOW + 600_000_000, reason: "" },
      "[*]: You were banned from Planes by one for 10 minutes.",
    ],
    [
      { type: "you-were-banned", room: planes, by: "one", untilMicros: NOW + 600_000_000, reason: "spam" },
      "[*]: You were banned from Planes by one for 10 minutes: spam",
    ],
  ],
  whisper: [
    [{ type: "whisper", from: "two", text: "psst", isFirst: false }, "<<two>>: psst"],
    [{ type: "whisper", from: "two", text: "psst", isFirst: true }, "<<two>>: psst\r\nType /r TEXT to answer."],
  ],
  "said-alone": [
    [{ type: "said-alone", room: planes }, "Nobody else is in Planes. Your line is kept for whoever joins later."],
  ],
  refused: [
    [{ type: "refused", code: "no-such-room", args: {} }, "There is no room with this name. /rooms lists the rooms."],
    [
      { type: "refused", code: "no-current-room", args: { room: "Planes" } },
      "You are talking in no room now: this was not sent. Type /join Planes to talk there.",
    ],
    [
      { type: "refused", code: "banned", args: { untilMicros: NOW + 600_000_000, nowMicros: NOW, reason: "" } },
      "You are banned from this room until 20:15 UTC. Its owner can lift that with /unban.",
    ],
    [
      // An earlier chatd, or something else, may have stored it.
      { type: "refused", code: "banned", args: { untilMicros: null, nowMicros: NOW, reason: "\u001b[2Jspam" } },
      "You are banned from this room. Its owner can lift that with /unban. Reason: spam.",
    ],
  ],
  broadcast: [[{ type: "broadcast", text: "We restart at noon." }, "[operator]: We restart at noon."]],
  isolated: [
    [
      { type: "isolated" },
      "[*]: This server cannot reach its database. What you type is waiting, and you will see what others say when it is back.",
    ],
  ],
  connected: [[{ type: "connected" }, "[*]: This server reaches its database again."]],
  "asking-holder": [
    [
      { type: "asking-holder" },
      "Somebody at your address is using this name. Checking whether they are still connected …",
    ],
  ],
  "name-wanted": [
    [
      { type: "name-wanted", name: "one", withinMs: 30_000 },
      "[*]: Somebody at your address wants the name one. Type anything within 30 seconds to keep it.",
    ],
  ],
  skipped: [
    [{ type: "skipped", lines: 1 }, "[*]: 1 line was skipped because your connection was too slow. See /history."],
    [
      { type: "skipped", lines: 212 },
      "[*]: 212 lines were skipped because your connection was too slow. See /history.",
    ],
  ],
  bye: [[{ type: "bye" }, "Bye."]],
  replaced: [[{ type: "replaced" }, "You have logged in from a different client, closing this connection."]],
  "gave-no-sign": [
    [
      { type: "gave-no-sign", name: "one", isKept: true },
      "[*]: Nobody typed anything, so the name one was given up. Log in as one:CODE to come back.",
    ],
    [
      { type: "gave-no-sign", name: "one", isKept: false },
      "[*]: Nobody typed anything, so the name one was given up. Log in again.",
    ],
  ],
  "name-lost": [
    [
      { type: "name-lost" },
      "Your name was given to somebody else while this server was away. Please choose a different name.",
    ],
  ],
  "closed-by-operator": [
    [{ type: "closed-by-operator", reason: "" }, "[*]: The operator closed your connection."],
    [{ type: "closed-by-operator", reason: "enough" }, "[*]: The operator closed your connection: enough"],
  ],
};

for (const [type, examples] of Object.entries(OTHER_EVENTS)) {
  t.test(`what one session is told, ${type}: a sentence, without a time in every view`, (t) => {
    for (const [event, sentence] of examples) {
      t.same(
        VIEWS.map((view) => textOf(event, view)),
        VIEWS.map(() => `${sentence}\r\n`),
      );
    }
    t.end();
  });
}
