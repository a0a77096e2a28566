import { equal } from "node:assert/strict";
import type { Writable } from "node:stream";
import fc from "fast-check";
import t from "tap";
import * as ws from "ws";
import { kinds } from "../../src/domain/entry.ts";
import type { Message, RoomLabel } from "../../src/domain/events.ts";
import { frame, frames, opcodes } from "../../src/formats/frames/frame.ts";
import { jsonFormat } from "../../src/formats/json/json-format.ts";
import { textFormat } from "../../src/formats/text/text-format.ts";
import { trackingFormat, trackingView } from "../../src/formats/tracking/tracking-format.ts";
import { wildText } from "../../tools/wild-bytes.ts";
import { holdsInTime } from "../support/property.ts";

/** The package exports it, and its types do not know it. */
const { Receiver } = ws as unknown as { readonly Receiver: new (options: { readonly isServer: boolean }) => Writable };

const ROOM: RoomLabel = { id: 7, name: { shown: "celtra/tracking" } };
const PLAIN = trackingView({ hasSeq: false, isBinary: false });

function tracked(body: string, more: Partial<Message> = {}): Message {
  return { pos: 9, seq: 4, atMicros: 1_538_056_370_999_999, kind: kinds.tracked, author: "api", body, ...more };
}

interface Read {
  readonly text: string;
  readonly isBinary: boolean;
}

/** Reads frames as a client of `ws` does, which rejects what is no frame of a server. */
async function read(bytes: Uint8Array): Promise<Read[]> {
  const found: Read[] = [];
  const receiver = new Receiver({ isServer: false });
  receiver.on("message", (data: Buffer, isBinary: boolean) => found.push({ text: data.toString(), isBinary }));
  await new Promise<void>((resolve, reject) => {
    receiver.on("error", reject);
    receiver.on("finish", resolve);
    receiver.end(bytes);
  });
  return found;
}

async function shown(messages: readonly Message[], view = PLAIN): Promise<string[]> {
  return (await read(trackingFormat.messages(ROOM, messages, view).bytes)).map(({ text }) => text);
}

t.test("an event is shown as the contract has it", async (t) => {
  const data = '"0d599f0ec05c3bda8c3b8a68c32a1b47"';
  t.same(await shown([tracked(data)]), [`{"account_id":"celtra","timestamp":1538056370,"data":${data}}`]);
});

t.test("a view may have the number at the end, and binary frames", async (t) => {
  const view = trackingView({ hasSeq: true, isBinary: true });
  t.same(await read(trackingFormat.messages(ROOM, [tracked("1")], view).bytes), [
    { text: '{"account_id":"celtra","timestamp":1538056370,"data":1,"seq":4}', isBinary: true },
  ]);
});

t.test("what somebody says is a string, and so is an event that was changed to something else", async (t) => {
  const dataOf = (text: string): unknown => (JSON.parse(text) as { data: unknown }).data;
  const said = [tracked('{"a":1}', { kind: kinds.said }), tracked('hi "you"', { kind: kinds.act }), tracked("{no", {})];
  t.same((await shown([...said, tracked("[1,\n2]")])).map(dataOf), ['{"a":1}', 'hi "you"', "{no", "[1,\n2]"]);
});

t.test("no other format has one of its views", async (t) => {
  const flags = [true, false];
  const own = flags.flatMap((hasSeq) => flags.map((isBinary) => trackingView({ hasSeq, isBinary })));
  const others = [textFormat, jsonFormat].flatMap((format) =>
    flags.flatMap((time) => flags.map((isCurrent) => format.view(time, isCurrent))),
  );
  t.equal(new Set(own).size, 4);
  t.same(
    own.filter((view) => others.includes(view)),
    [],
  );
});

t.test("any messages are one frame each, of the very text", async (t) => {
  const body = fc.oneof(wildText, fc.constantFrom("x".repeat(200), "ä".repeat(70_000)));
  const batch = fc.array(fc.record({ body, kind: fc.constantFrom(kinds.said, kinds.act, kinds.tracked) }));
  await holdsInTime(
    t,
    fc.asyncProperty(batch, async (all) => {
      const events = await shown(all.map(({ body, kind }) => tracked(body, { kind })));
      equal(events.length, all.length);
      for (const [i, event] of events.entries()) {
        const { data } = JSON.parse(event) as { readonly data: unknown };
        const { body, kind } = all[i] ?? { body: "", kind: kinds.said };
        if (typeof data === "string" && data !== body) equal(kind, kinds.tracked);
      }
    }),
    100,
  );
});

t.test("headers have the shortest length that fits", async (t) => {
  for (const [length, header] of [
    [0, 2],
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ] as const) {
    t.equal(frames(opcodes.text, ["x".repeat(length)]).length, header + length);
    t.equal(frame(opcodes.binary, Buffer.alloc(length)).length, header + length);
    t.same(await read(frame(opcodes.binary, Buffer.from("x".repeat(length)))), [
      { text: "x".repeat(length), isBinary: true },
    ]);
  }
});
