import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { TelnetDecoder, type TelnetSink } from "../../src/telnet/decoder.ts";
import { holds } from "../support/property.ts";
import { cutAt, everySplit } from "../support/sockets/splits.ts";
import { cuts, wildBytes } from "../../tools/wild-bytes.ts";

/** What is left of the bytes, as hex, with each telnet command where it stood, such as `DO 6`. */
function decode(packets: readonly Buffer[], maxSubnegotiationBytes = 512): string {
  let said = "";
  const sink: TelnetSink = {
    data: (chunk, start, end) => (said += chunk.toString("hex", start, end)),
    negotiation: (verb, option) =>
      (said += `(${{ 251: "WILL", 252: "WONT", 253: "DO", 254: "DONT" }[verb]} ${option})`),
    command: (code) => (said += `(${code})`),
    subnegotiation: (option, content) => (said += `(SB ${[option, ...content].join(" ")})`),
    subnegotiationTooLong: () => (said += "(too long)"),
  };
  const decoder = new TelnetDecoder(maxSubnegotiationBytes);
  for (const packet of packets) decoder.push(packet, sink);
  return said;
}

const TABLE: readonly { readonly what: string; readonly hex: string; readonly means: string }[] = [
  { what: "plain bytes pass", hex: "6f6e650d0a", means: "6f6e650d0a" },
  { what: "a doubled IAC is the byte 255", hex: "61ffff62", means: "61ff62" },
  { what: "two doubled IAC are two bytes 255", hex: "ffffffff", means: "ffff" },
  { what: "the letter я of CP1251 is data, doubled by telnet", hex: "ffffffff0d0a", means: "ffff0d0a" },
  {
    what: "the letter я of CP1251 before another letter costs itself only, from nc",
    hex: "ffe6ea0d0a",
    means: "e6ea0d0a",
  },
  { what: "an IAC before a byte that is no command is dropped", hex: "61ff0d0a62ff00ff20", means: "610d0a620020" },
  { what: "DO is a request", hex: "61fffd0662", means: "61(DO 6)62" },
  { what: "DONT is a request", hex: "fffe01", means: "(DONT 1)" },
  { what: "WILL is an offer", hex: "fffb1f", means: "(WILL 31)" },
  { what: "WONT is a refusal", hex: "fffc03", means: "(WONT 3)" },
  { what: "an option may be 255", hex: "fffdff61", means: "(DO 255)61" },
  { what: "an option may be LF or CR", hex: "fffd0afffb0d61", means: "(DO 10)(WILL 13)61" },
  { what: "interrupt with a timing mark is two commands", hex: "fff4fffd06", means: "(244)(DO 6)" },
  { what: "break and suspend are commands", hex: "fff3ffed", means: "(243)(237)" },
  { what: "AYT is a command", hex: "61fff662", means: "61(246)62" },
  { what: "NOP and GA are commands", hex: "fff1fff9", means: "(241)(249)" },
  { what: "an end without a beginning is a command", hex: "61fff062", means: "61(240)62" },
  { what: "a window tells its size", hex: "61fffa1f00500018fff062", means: "61(SB 31 0 80 0 24)62" },
  {
    what: "a window 266 columns wide contains no line end",
    hex: "61fffa1f010a0018fff062",
    means: "61(SB 31 1 10 0 24)62",
  },
  {
    what: "a window 255 columns wide has its 255 doubled",
    hex: "61fffa1f00ffff0018fff062",
    means: "61(SB 31 0 255 0 24)62",
  },
  { what: "a window of 65535 by 65535 too", hex: "fffa1fffffffffffffffff61fff062", means: "(SB 31 255 255 255 255)62" },
  {
    what: "a doubled 255 before an SE byte does not end it",
    hex: "fffa1ffffff061fff062",
    means: "(SB 31 255 240 97)62",
  },
  { what: "IAC with anything else inside is passed over", hex: "fffa18fffd0161fff062", means: "(SB 24 253 1 97)62" },
  { what: "a second beginning inside is passed over", hex: "fffa18fffa61fff062", means: "(SB 24 250 97)62" },
  { what: "an empty one is passed over", hex: "fffafff061", means: "61" },
  { what: "a request that never ends means nothing yet", hex: "61fffd", means: "61" },
  { what: "an IAC at the end means nothing yet", hex: "61ff", means: "61" },
];

t.test("commands come out of the bytes, however they are split over packets", async (t) => {
  for (const { what, hex, means } of TABLE) {
    for (const packets of everySplit(Buffer.from(hex, "hex"))) {
      t.equal(decode(packets), means, `${what}, in ${packets.map((packet) => packet.length).join("+")}`);
    }
  }
});

t.test("every byte after IAC has one meaning", async (t) => {
  for (let byte = 0; byte <= 255; byte++) {
    const said = decode([Buffer.from([255, byte, 1])]);
    const hex = byte.toString(16).padStart(2, "0");
    if (byte === 250) t.equal(said, "", "SB begins a sub-negotiation");
    else if (byte >= 251 && byte <= 254) t.match(said, / 1\)$/, "a negotiation takes the next byte");
    else if (byte >= 237 && byte <= 249) t.equal(said, `(${byte})01`, "a command");
    else t.equal(said, `${hex}01`, "data");
  }
});

t.test("a sub-negotiation may be as long as the limit, and nothing is heard after a longer one", async (t) => {
  const subnegotiation = (bytes: string): Buffer => Buffer.from(`61fffa${bytes}fff062`, "hex");
  for (const bytes of ["181818", "18181818", "18ffff1818", "ffffffffffffffff"]) {
    for (const packets of everySplit(subnegotiation(bytes))) t.match(decode(packets, 4), /^61\(SB [\d ]+\)62$/, bytes);
  }
  for (const bytes of ["1818181818", "18ffff181818", "18181818181818181818"]) {
    for (const packets of everySplit(subnegotiation(bytes))) t.equal(decode(packets, 4), "61(too long)", bytes);
  }
});

t.test("each sub-negotiation is counted by itself", async (t) => {
  t.equal(decode([Buffer.from("fffa18181818fff0fffa18181818fff061", "hex")], 4), "(SB 24 24 24 24)(SB 24 24 24 24)61");
});

t.test("any bytes in any split mean the same as unsplit", async (t) => {
  holds(
    t,
    fc.property(wildBytes, cuts, fc.integer({ min: 0, max: 8 }), (bytes, places, limit) => {
      deepEqual(decode(cutAt(bytes, places), limit), decode([bytes], limit));
    }),
    500,
  );
});

t.test("data comes back as it was when the peer doubles each 255 and puts commands anywhere", async (t) => {
  const command = fc.constantFrom("fff1", "fffd06", "fffb1f", "fffa1f010affff18fff0", "fff4");
  const piece = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString("hex"));
  holds(
    t,
    fc.property(fc.array(fc.tuple(piece, command)), cuts, (parts, places) => {
      const sent = parts.map(
        ([data, commands]) => data.replaceAll(/../g, (byte) => (byte === "ff" ? "ffff" : byte)) + commands,
      );
      const left = decode(cutAt(Buffer.from(sent.join(""), "hex"), places)).replaceAll(/\(.*?\)/g, "");
      deepEqual(left, parts.map(([data]) => data).join(""));
    }),
  );
});
