import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { kinds } from "../../src/domain/entry.ts";
import type { Event, Message, RoomLabel } from "../../src/domain/events.ts";
import { jsonFormat } from "../../src/formats/json/json-format.ts";
import { textFormat } from "../../src/formats/text/text-format.ts";
import { holds } from "../support/property.ts";
import { wildText } from "../../tools/wild-bytes.ts";

const NOW = 1_795_000_000_000_000;
const VIEW = jsonFormat.view(false, true);

/** A room as the chat has it: much more than its name, and some of it leads back to itself. */
function aRoom(id: number, shown: string): RoomLabel {
  const room = { id, name: { shown, key: shown.toLowerCase() }, members: new Set(), topic: "secret", self: {} };
  room.self = room;
  return room;
}

const planes = aRoom(7, "Planes");
const trains = aRoom(8, "Trains");

function said(seq: number, body: string, more: Partial<Message> = {}): Message {
  return { pos: seq + 1, seq, atMicros: NOW - 10, kind: kinds.said, author: "two", body, ...more };
}

/** The objects of lines, each of which has to be one line. */
function parse(bytes: Uint8Array): unknown[] {
  const text = Buffer.from(bytes).toString();
  if (!text.endsWith("\n")) throw new Error(`no line end: ${text}`);
  return text
    .slice(0, -1)
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}

/** One of each type, and what a program gets of it beside its type and time. */
const EVENTS: { readonly [T in Event["type"]]: readonly [Event & { type: T }, object] } = {
  joined: [
    { type: "joined", room: planes, user: "two" },
    { room: "Planes", user: "two" },
  ],
  left: [
    { type: "left", room: planes, user: "two" },
    { room: "Planes", user: "two" },
  ],
  "many-joined": [
    { type: "many-joined", room: planes, count: 14 },
    { room: "Planes", count: 14 },
  ],
  "many-left": [
    { type: "many-left", room: planes, count: 14 },
    { room: "Planes", count: 14 },
  ],
  topic: [
    { type: "topic", room: planes, by: "one", text: "wings" },
    { room: "Planes", by: "one", text: "wings" },
  ],
  owner: [
    { type: "owner", room: planes, user: "two", isByOperator: true },
    { room: "Planes", user: "two", isByOperator: true },
  ],
  changed: [
    { type: "changed", room: planes, by: "two", seq: 12, text: "hi" },
    { room: "Planes", by: "two", seq: 12, text: "hi" },
  ],
  removed: [
    { type: "removed", room: planes, by: "two", seq: 12 },
    { room: "Planes", by: "two", seq: 12 },
  ],
  kicked: [
    { type: "kicked", room: planes, user: "two", by: "one" },
    { room: "Planes", user: "two", by: "one" },
  ],
  banned: [
    { type: "banned", room: planes, user: "two", by: "one", reason: "spam" },
    { room: "Planes", user: "two", by: "one", reason: "spam" },
  ],
  unbanned: [
    { type: "unbanned", room: planes, user: "two", by: "one" },
    { room: "Planes", user: "two", by: "one" },
  ],
  operator: [
    { type: "operator", room: planes, user: "two", by: "one" },
    { room: "Planes", user: "two", by: "one" },
  ],
  "no-operator": [
    { type: "no-operator", room: planes, user: "two", by: "one" },
    { room: "Planes", user: "two", by: "one" },
  ],
  destroyed: [
    { type: "destroyed", room: planes, isByOperator: false },
    { room: "Planes", isByOperator: false },
  ],
  rewound: [{ type: "rewound", room: planes }, { room: "Planes" }],
  "not-restored": [{ type: "not-restored", room: planes }, { room: "Planes" }],
  entered: [
    {
      type: "entered",
      room: planes,
      user: null,
      others: { names: ["two"], count: 1 },
      topic: "wings",
      lastSeq: 4,
      recent: [said(3, "hi"), said(4, "waves", { kind: kinds.act }), said(5, "[1]", { kind: kinds.tracked })],
      isRecentUnread: false,
      nowMicros: NOW,
    },
    {
      room: "Planes",
      user: null,
      others: { names: ["two"], count: 1 },
      topic: "wings",
      lastSeq: 4,
      recent: [
        { pos: 4, seq: 3, atMicros: NOW - 10, author: "two", kind: "said", text: "hi" },
        { pos: 5, seq: 4, atMicros: NOW - 10, author: "two", kind: "act", text: "waves" },
        { pos: 6, seq: 5, atMicros: NOW - 10, author: "two", kind: "tracked", text: "[1]" },
      ],
      isRecentUnread: false,
    },
  ],
  "not-back": [
    { type: "not-back", room: "Planes", hasEnded: false, ban: { untilMicros: null, reason: "spam" } },
    { room: "Planes", hasEnded: false, ban: { untilMicros: null, reason: "spam" } },
  ],
  "lobby-unread": [{ type: "lobby-unread", room: "lobby" }, { room: "lobby" }],
  "talking-in": [{ type: "talking-in", room: planes }, { room: "Planes" }],
  "talking-nowhere": [{ type: "talking-nowhere", other: trains }, { other: "Trains" }],
  "you-destroyed": [{ type: "you-destroyed", room: planes }, { room: "Planes" }],
  "names-mean": [{ type: "names-mean", application: "celtra" }, { application: "celtra" }],
  "you-left": [{ type: "you-left", room: planes }, { room: "Planes" }],
  "you-were-kicked": [
    { type: "you-were-kicked", room: planes, by: "one" },
    { room: "Planes", by: "one" },
  ],
  "you-were-banned": [
    { type: "you-were-banned", room: planes, by: "one", untilMicros: NOW + 60_000_000, reason: "spam" },
    { room: "Planes", by: "one", untilMicros: NOW + 60_000_000, reason: "spam" },
  ],
  whisper: [
    { type: "whisper", from: "two", text: "psst", isFirst: true },
    { from: "two", text: "psst", isFirst: true },
  ],
  "said-alone": [{ type: "said-alone", room: planes }, { room: "Planes" }],
  refused: [
    { type: "refused", code: "no-current-room", args: { room: "Planes" } },
    { code: "no-current-room", args: { room: "Planes" } },
  ],
  broadcast: [{ type: "broadcast", text: "We restart at noon." }, { text: "We restart at noon." }],
  isolated: [{ type: "isolated" }, {}],
  connected: [{ type: "connected" }, {}],
  back: [
    { type: "back", room: planes, missed: [said(3, "hi")], count: 7, isMore: false, isUnread: false, nowMicros: NOW },
    {
      room: "Planes",
      missed: [{ pos: 4, seq: 3, atMicros: NOW - 10, author: "two", kind: "said", text: "hi" }],
      count: 7,
      isMore: false,
      isUnread: false,
    },
  ],
  "asking-holder": [{ type: "asking-holder" }, {}],
  "name-wanted": [
    { type: "name-wanted", name: "one", withinMs: 30_000 },
    { name: "one", withinMs: 30_000 },
  ],
  skipped: [{ type: "skipped", lines: 212 }, { lines: 212 }],
  bye: [{ type: "bye" }, {}],
  replaced: [{ type: "replaced" }, {}],
  "gave-no-sign": [
    { type: "gave-no-sign", name: "one", isKept: true },
    { name: "one", isKept: true },
  ],
  "name-lost": [{ type: "name-lost" }, {}],
  "closed-by-operator": [{ type: "closed-by-operator", reason: "enough" }, { reason: "enough" }],
};

for (const [type, [event, details]] of Object.entries(EVENTS)) {
  t.test(`an event of type ${type} is one object on one line, with rooms by name`, (t) => {
    t.strictSame(parse(jsonFormat.event(event, VIEW, NOW)), [{ type, ...details, atMicros: NOW }]);
    t.end();
  });
}

t.test("where there is no other room, that is null", (t) => {
  const [event] = parse(jsonFormat.event({ type: "talking-nowhere", other: null }, VIEW, NOW));
  t.match(event, { type: "talking-nowhere", other: null });
  t.end();
});

t.test("messages are one object a line, in order, with their room by name", (t) => {
  const { bytes, parts } = jsonFormat.messages(
    planes,
    [said(3, "hi"), said(4, "waves", { kind: kinds.act, author: "one" })],
    VIEW,
  );
  t.strictSame(parse(bytes), [
    { type: "message", room: "Planes", pos: 4, seq: 3, atMicros: NOW - 10, author: "two", kind: "said", text: "hi" },
    { type: "message", room: "Planes", pos: 5, seq: 4, atMicros: NOW - 10, author: "one", kind: "act", text: "waves" },
  ]);
  t.equal(Buffer.from(bytes).toString(), parts.join(""), "each alone, and all together");
  t.equal(parts.length, 2);
  t.end();
});

t.test("of an entry nothing is told but what a message is", (t) => {
  const entry = { ...said(3, "hi"), stream: 7, authorId: 17 };
  const [message] = parse(jsonFormat.messages(planes, [entry], VIEW).bytes);
  t.same(Object.keys(message as object), ["type", "room", "pos", "seq", "atMicros", "author", "kind", "text"]);
  t.end();
});

t.test("authors get back whatever they said", (t) => {
  t.equal(jsonFormat.echoes(kinds.said), true);
  t.equal(jsonFormat.echoes(kinds.act), true);
  t.end();
});

t.test("a program has one view, and it is none of a terminal", (t) => {
  const choices = [true, false].flatMap((showsTime) =>
    [true, false].map((isCurrent) => [showsTime, isCurrent] as const),
  );
  const views = new Set(choices.map(([showsTime, isCurrent]) => jsonFormat.view(showsTime, isCurrent)));
  t.equal(views.size, 1);
  for (const [showsTime, isCurrent] of choices) t.notOk(views.has(textFormat.view(showsTime, isCurrent)));
  t.end();
});

t.test("whatever somebody wrote is within one line, and comes out as it was", async (t) => {
  holds(
    t,
    fc.property(wildText, wildText, (author, body) => {
      const [message] = parse(jsonFormat.messages(planes, [said(1, body, { author })], VIEW).bytes) as Message[];
      deepEqual(message, {
        type: "message",
        room: "Planes",
        pos: 2,
        seq: 1,
        atMicros: NOW - 10,
        author,
        kind: "said",
        text: body,
      });
    }),
  );
});
