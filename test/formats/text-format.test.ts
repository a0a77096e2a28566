import t from "tap";
import { type Entry, kinds } from "../../src/domain/entry.ts";
import type { Event, Message, RoomEvent, RoomLabel, SessionEvent } from "../../src/domain/events.ts";
import { textFormat } from "../../src/formats/text/text-format.ts";
import { controlsIn } from "../../tools/control-characters.ts";

/** 2026-11-20 20:04:59 UTC. */
const NOW = Date.UTC(2026, 10, 20, 20, 4, 59) * 1000;
const planes: RoomLabel = { id: 7, name: { shown: "Planes" } };
const trains: RoomLabel = { id: 8, name: { shown: "Trains" } };
const VIEWS = [0, 1, 2, 3];

function textOf(event: Event, view = 0): string {
  return Buffer.from(textFormat.event(event, view, NOW)).toString();
}

/** One of each type, and the sentence that a terminal shows of it. */
const ROOM_EVENTS: { readonly [T in RoomEvent["type"]]: readonly (readonly [Event & { type: T }, string])[] } = {
  joined: [[{ type: "joined", room: planes, user: "two" }, "[*]: User two joined Planes."]],
  left: [[{ type: "left", room: planes, user: "two" }, "[*]: User two left Planes."]],
  "many-joined": [[{ type: "many-joined", room: planes, count: 14 }, "[*]: 14 people joined Planes."]],
  "many-left": [[{ type: "many-left", room: planes, count: 14 }, "[*]: 14 people left Planes."]],
  topic: [
    [{ type: "topic", room: planes, by: "one", text: "wings" }, "[*]: User one set the topic of Planes: wings"],
    [{ type: "topic", room: planes, by: "one", text: "" }, "[*]: User one removed the topic of Planes."],
    [{ type: "topic", room: planes, by: null, text: "wings" }, "[*]: The operator set the topic of Planes: wings"],
    [{ type: "topic", room: planes, by: null, text: "" }, "[*]: The operator removed the topic of Planes."],
  ],
  owner: [
    [{ type: "owner", room: planes, user: "two", isByOperator: false }, "[*]: User two now owns Planes."],
    [
      { type: "owner", room: planes, user: "two", isByOperator: true },
      "[*]: The operator made user two the owner of Planes.",
    ],
  ],
  kicked: [[{ type: "kicked", room: planes, user: "two", by: "one" }, "[*]: User two was kicked from Planes by one."]],
  banned: [
    [
      { type: "banned", room: planes, user: "two", by: "one", reason: "" },
      "[*]: User two was banned from Planes by one.",
    ],
    [
      { type: "banned", room: planes, user: "two", by: "one", reason: "spam" },
      "[*]: User two was banned from Planes by one: spam",
    ],
  ],
  unbanned: [
    [{ type: "unbanned", room: planes, user: "two", by: "one" }, "[*]: one lifted the ban on two in Planes."],
    [{ type: "unbanned", room: planes, user: "two", by: null }, "[*]: The operator lifted the ban on two in Planes."],
  ],
  operator: [[{ type: "operator", room: planes, user: "two", by: "one" }, "[*]: one made two an operator of Planes."]],
  "no-operator": [
    [{ type: "no-operator", room: planes, user: "two", by: "one" }, "[*]: one took two's operator rights in Planes."],
  ],
  destroyed: [
    [{ type: "destroyed", room: planes, isByOperator: false }, "[*]: Room Planes was destroyed."],
    [{ type: "destroyed", room: planes, isByOperator: true }, "[*]: The operator destroyed room Planes."],
  ],
  rewound: [
    [
      { type: "rewound", room: planes },
      "[*]: The database was restored: what was said last in Planes may be missing. See /history.",
    ],
  ],
  "not-restored": [
    [{ type: "not-restored", room: planes }, "[*]: The database was restored: the room Planes is no longer in it."],
  ],
};

for (const [type, examples] of Object.entries(ROOM_EVENTS)) {
  t.test(`what a room is told, ${type}: a sentence, after the time in the views that show it`, (t) => {
    for (const [event, sentence] of examples) {
      t.same(
        VIEWS.map((view) => textOf(event, view)),
        [`${sentence}\r\n`, `20:04 ${sentence}\r\n`, `${sentence}\r\n`, `20:04 ${sentence}\r\n`],
      );
    }
    t.end();
  });
}

const NOBODY = { names: [], count: 0 };
/** Coming into an empty room by oneself. */
const ENTERED = {
  type: "entered",
  room: planes,
  user: "one",
  others: NOBODY,
  topic: "",
  lastSeq: 0,
  recent: [],
  isRecentUnread: false,
  nowMicros: NOW,
} as const satisfies SessionEvent;

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

function said(seq: number, body: string, more: Partial<Message> = {}): Message {
  return { pos: seq + 1, seq, atMicros: NOW, kind: kinds.said, author: "two", body, ...more };
}

t.test("who joins is told so, what the room is about, and what was said last", (t) => {
  t.equal(textOf(ENTERED), "[*]: User one joined Planes.\r\n");
  t.equal(textOf({ ...ENTERED, others: { names: ["two"], count: 1 }, lastSeq: 1 }), "[*]: User one joined Planes.\r\n");
  const recent = [said(4, "hi"), said(5, "waves", { kind: kinds.act })];
  const full = { ...ENTERED, topic: "wings", lastSeq: 5, recent };
  const lines =
    "[*]: User one joined Planes.\r\n" +
    "Topic: wings\r\n" +
    "-- last 2 lines in Planes (times UTC) --\r\n" +
    "4 20:04 [two]: hi\r\n" +
    "5 20:04 * two waves\r\n";
  t.same(
    VIEWS.map((view) => textOf(full, view)),
    VIEWS.map(() => lines),
  );
  t.end();
});

t.test("what was said on another day has its date, by the time of the event", (t) => {
  const tomorrow = NOW + 24 * 60 * 60 * 1_000_000;
  t.equal(
    textOf({ ...ENTERED, recent: [said(1, "hi")], nowMicros: tomorrow }),
    "[*]: User one joined Planes.\r\n" +
      "-- last 1 line in Planes (times UTC) --\r\n" +
      "-- 2026-11-20 --\r\n" +
      "1 20:04 [two]: hi\r\n",
  );
  t.end();
});

t.test("who comes into the lobby is told where they are and who is there", (t) => {
  const lobby = { ...ENTERED, room: { id: 1, name: { shown: "lobby" } }, user: null };
  t.equal(textOf(lobby), "You are in lobby. Nobody else is here right now. What you type is said there.\r\n");
  t.equal(
    textOf({ ...lobby, others: { names: ["two", "three", "four"], count: 5 } }),
    "You are in lobby with two, three and 3 others. What you type is said there.\r\n",
  );
  t.equal(
    textOf({ ...lobby, others: { names: ["two"], count: 1 }, topic: "wings", lastSeq: 4, recent: [said(4, "hi")] }),
    "You are in lobby with two. What you type is said there.\r\n" +
      "Topic: wings\r\n" +
      "-- last 1 line in lobby (times UTC) --\r\n" +
      "4 20:04 [two]: hi\r\n",
  );
  t.end();
});

t.test("where it cannot be read what was said before, that is said after the topic", (t) => {
  t.equal(
    textOf({ ...ENTERED, topic: "wings", lastSeq: 3, isRecentUnread: true }),
    "[*]: User one joined Planes.\r\n" +
      "Topic: wings\r\n" +
      "Earlier messages cannot be shown right now. Try /history in a moment.\r\n",
  );
  t.end();
});

t.test("what somebody wrote into an event comes to a terminal as one line without control characters", (t) => {
  const text = "\u001b[2Jx\r\ny";
  const events: readonly Event[] = [
    { type: "topic", room: planes, by: "one", text },
    { type: "topic", room: planes, by: null, text },
    { type: "whisper", from: "two", text, isFirst: false },
    { type: "broadcast", text },
    { type: "closed-by-operator", reason: text },
    { ...ENTERED, topic: text, recent: [said(1, text)] },
  ];
  for (const event of events) {
    const shown = textOf(event);
    t.same(controlsIn(shown), [], event.type);
    t.equal(shown.split("\r\n").length - 1, event.type === "entered" ? 4 : 1, event.type);
  }
  t.end();
});

t.test("of an entry its author and text are shown, whether it is an act, and in some views when and where", (t) => {
  const entry: Entry = {
    stream: 7,
    pos: 9,
    seq: 4,
    atMicros: NOW,
    kind: kinds.said,
    authorId: 1,
    author: "one",
    body: "hi",
  };
  const lines = VIEWS.map((view) => {
    const { bytes, parts } = textFormat.messages(planes, [entry, { ...entry, kind: kinds.act, body: "waves" }], view);
    t.equal(Buffer.from(bytes).toString(), parts.join(""), "each alone, and all together");
    return parts;
  });
  t.same(lines, [
    ["[one]: hi\r\n", "* one waves\r\n"],
    ["20:04 [one]: hi\r\n", "20:04 * one waves\r\n"],
    ["#Planes [one]: hi\r\n", "#Planes * one waves\r\n"],
    ["20:04 #Planes [one]: hi\r\n", "20:04 #Planes * one waves\r\n"],
  ]);
  t.end();
});
