import t from "tap";
import type { Event, RoomEvent } from "../../src/domain/events.ts";
import { planes, textOf, VIEWS } from "../support/world/shown.ts";

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
  changed: [
    [{ type: "changed", room: planes, by: "two", seq: 12, text: "hi" }, "[*]: User two changed line 12 in Planes: hi"],
  ],
  removed: [[{ type: "removed", room: planes, by: "two", seq: 12 }, "[*]: User two removed line 12 in Planes."]],
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
