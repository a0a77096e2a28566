import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { type Change, decodeChange, encodeChange } from "../../src/domain/change.ts";
import { kinds } from "../../src/domain/entry.ts";
import { parseUserName } from "../../src/domain/names.ts";
import type { UserRef } from "../../src/domain/principal.ts";
import { holds } from "../support/property.ts";
import { wildText } from "../../tools/wild-bytes.ts";

const UNTIL = 1_795_000_000_000_000;
const TWO = userOf(17, "Two");

function userOf(id: number, text: string): UserRef {
  const name = parseUserName(text);
  if (!name) throw new Error(`not a name: ${text}`);
  return { id, name };
}

/** Every kind of change, and its body as stores have it. */
const STORED: readonly (readonly [change: Change, body: string])[] = [
  [{ kind: "said", text: "hi  there " }, "hi  there "],
  [{ kind: "act", text: "waves" }, "waves"],
  [{ kind: "tracked", text: '{"a":1}' }, '{"a":1}'],
  [{ kind: "topic", text: "17 planes" }, "17 planes"],
  [{ kind: "topic", text: "" }, ""],
  [{ kind: "created" }, ""],
  [{ kind: "removed" }, ""],
  [{ kind: "edited", ref: 12, text: "hi" }, "hi"],
  [{ kind: "removal", ref: 12 }, ""],
  [{ kind: "forgotten" }, ""],
  [{ kind: "owner", user: TWO }, "17 Two"],
  [{ kind: "owner", user: null }, ""],
  [{ kind: "invited", user: TWO }, "17 Two"],
  [{ kind: "kicked", user: TWO }, "17 Two"],
  [{ kind: "banned", user: TWO, untilMicros: null, network: null, reason: "" }, "17 Two"],
  [{ kind: "banned", user: TWO, untilMicros: UNTIL, network: null, reason: "" }, `17 Two ${UNTIL}`],
  [{ kind: "banned", user: { ...TWO, id: 0 }, untilMicros: null, network: null, reason: "" }, "0 Two"],
  [{ kind: "banned", user: TWO, untilMicros: UNTIL, network: "192.0.2.1", reason: "" }, `17 Two ${UNTIL} 192.0.2.1`],
  [
    { kind: "banned", user: TWO, untilMicros: null, network: "2001:db8:1:2::/64", reason: "" },
    // Versions before read the third word as the end: the ban holds there, too, until the year 2255.
    "17 Two 9007199254740991 2001:db8:1:2::/64",
  ],
  [
    { kind: "banned", user: TWO, untilMicros: UNTIL, network: "192.0.2.1", reason: "spam, again" },
    `17 Two ${UNTIL} 192.0.2.1 spam, again`,
  ],
  [{ kind: "banned", user: TWO, untilMicros: null, network: null, reason: "spam" }, "17 Two 9007199254740991 - spam"],
  [{ kind: "unbanned", user: TWO }, "17 Two"],
  [{ kind: "operator", user: TWO }, "17 Two"],
  [{ kind: "noOperator", user: TWO }, "17 Two"],
  [{ kind: "destroyed" }, ""],
  [{ kind: "roomMade", room: 4711 }, "4711"],
  [{ kind: "roomEnded", room: 4711 }, "4711"],
  [{ kind: "broadcast", text: "It is late." }, "It is late."],
  [{ kind: "expelled", session: 17, reason: "enough of this" }, "17 enough of this"],
  [{ kind: "expelled", session: 17, reason: "" }, "17 "],
  [{ kind: "bansChanged" }, ""],
  [{ kind: "applicationChanged", application: 4711 }, "4711"],
  [{ kind: "applicationEnded", application: 4711 }, "4711"],
];

t.test("every kind of change is stored as it always was, and comes back as it went in", (t) => {
  for (const [change, body] of STORED) {
    const stored = encodeChange(change);
    const ref = "ref" in change ? change.ref : null;
    t.same(stored, { kind: kinds[change.kind], body, ref }, `${change.kind}: ${body}`);
    t.strictSame(decodeChange(stored), change, `${change.kind}: ${body}`);
  }
  t.same(new Set(STORED.map(([{ kind }]) => kind)), new Set(Object.keys(kinds)), "those are all");
  t.end();
});

t.test("whatever somebody said or wrote comes back as it was", async (t) => {
  const kind = fc.constantFrom("said", "act", "tracked", "topic", "broadcast");
  const session = fc.nat();
  holds(
    t,
    fc.property(kind, session, wildText, (kind, session, text) => {
      for (const change of [{ kind, text } as const, { kind: "expelled", session, reason: text } as const]) {
        deepEqual(decodeChange(encodeChange(change)), change);
      }
    }),
  );
});

t.test("whomever it was done to comes back as they were", async (t) => {
  const user = fc
    .tuple(fc.nat({ max: Number.MAX_SAFE_INTEGER }), fc.stringMatching(/^[A-Za-z0-9]\w{0,31}$/))
    .map(([id, name]) => userOf(id, name));
  const until = fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }));
  const network = fc.option(fc.constantFrom("192.0.2.1", "2001:db8::/64"));
  holds(
    t,
    fc.property(user, until, network, wildText, (user, untilMicros, network, reason) => {
      const changes: Change[] = [
        ...(["owner", "invited", "kicked", "unbanned", "operator", "noOperator"] as const).map((kind) => ({
          kind,
          user,
        })),
        { kind: "banned", user, untilMicros, network, reason },
      ];
      for (const change of changes) deepEqual(decodeChange(encodeChange(change)), change);
    }),
  );
});

t.test("the body of an entry that says all by its kind is not looked at", (t) => {
  // A shared store has the mark there of the attempt that made the room.
  for (const kind of ["created", "forgotten", "destroyed", "bansChanged"] as const) {
    t.strictSame(decodeChange({ kind: kinds[kind], body: "0f3a 17 Two" }), { kind });
  }
  t.end();
});

t.test("what a later version writes is nothing that this one knows", (t) => {
  for (const kind of [2, 8, 15, 19, 27, 28, 37, 99, -1, 0.5]) {
    t.equal(decodeChange({ kind, body: "17 Two" }), null, `kind ${kind}`);
  }
  t.end();
});

t.test("a change of no message, or to no text, is none", (t) => {
  t.equal(decodeChange({ kind: kinds.edited, body: "hi" }), null);
  t.equal(decodeChange({ kind: kinds.removal, body: "" }), null);
  t.equal(
    decodeChange({ kind: kinds.edited, body: "", ref: 3 }),
    null,
    "its text went when the message was changed again",
  );
  t.end();
});

t.test("a body that names nobody is about nobody", (t) => {
  const kindsOfUsers = ["invited", "kicked", "banned", "unbanned", "operator", "noOperator"] as const;
  for (const body of ["", "17", "17 ", "17 not-a-name", "17 ___", `17 ${"x".repeat(33)}`]) {
    for (const kind of kindsOfUsers) t.equal(decodeChange({ kind: kinds[kind], body }), null, `${kind}: ${body}`);
    t.strictSame(decodeChange({ kind: kinds.owner, body }), { kind: "owner", user: null }, "and then nobody owns it");
  }
  t.end();
});

t.test("a number that is none is no change", (t) => {
  for (const body of ["7 two x", "7 two x 192.0.2.1"]) t.equal(decodeChange({ kind: kinds.banned, body }), null, body);
  for (const body of ["", "x", "-1", "1.5", "12345678901234567", "x two"]) {
    for (const kind of [kinds.banned, kinds.roomMade, kinds.roomEnded, kinds.expelled]) {
      const change = decodeChange({ kind, body });
      t.equal(change, null, `${kind} ${body}`);
    }
  }
  t.end();
});
