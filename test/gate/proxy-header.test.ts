import { deepEqual, equal } from "node:assert/strict";
import { crc32c } from "@aws-crypto/crc32c";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import t from "tap";
import { readProxyHeader } from "../../src/gate/proxy-header.ts";
import { holds } from "../support/property.ts";
import { aProxyHeader, CRC32C, v2Header } from "../support/sockets/proxy-headers.ts";

const PAYLOAD = Buffer.from("one\r\n");

function v1(line: string): Buffer {
  return Buffer.from(`${line}\r\n`, "latin1");
}

function reasonOf(bytes: Buffer): string {
  const header = readProxyHeader(bytes);
  return header?.type === "bad" ? header.reason : `${header?.type}`;
}

/** Valid headers, and where they say that the peer is; null: a health check. */
const VALID: readonly (readonly [string, Buffer, string | null])[] = [
  ["v1 TCP4", v1("PROXY TCP4 192.0.2.1 198.51.100.1 56324 8080"), "192.0.2.1"],
  ["v1 TCP6", v1("PROXY TCP6 2001:DB8::1 2001:db8::2 1 65535"), "2001:db8::1"],
  ["v1 UNKNOWN", v1("PROXY UNKNOWN"), null],
  ["v1 UNKNOWN with anything", v1("PROXY UNKNOWN ffff::1 ffff::2 1 2"), null],
  ["v2 TCP4", aProxyHeader("192.0.2.1"), "192.0.2.1"],
  ["v2 TCP6", aProxyHeader("2001:db8::1"), "2001:db8::1"],
  ["v2 TCP6 that is IPv4", aProxyHeader("::ffff:192.0.2.1"), "192.0.2.1"],
  ["v2 LOCAL", v2Header({ command: 0, family: 0 }), null],
  ["v2 LOCAL with addresses", v2Header({ command: 0, family: 0x11, addresses: Buffer.alloc(12) }), null],
  ["v2 UNSPEC", v2Header({ command: 1, family: 0, extensions: Buffer.alloc(7) }), null],
  ["v2 with an unknown extension", aProxyHeader("192.0.2.1", Buffer.from([0xea, 0, 2, 1, 2])), "192.0.2.1"],
  ["v2 with a checksum", aProxyHeader("192.0.2.1", CRC32C), "192.0.2.1"],
  ["v2 with a checksum among others", aProxyHeader("2001:db8::1", Buffer.from([4, 0, 0]), CRC32C), "2001:db8::1"],
];

for (const [name, bytes, address] of VALID) {
  t.test(`${name}: is read when it is whole, however it comes, and what follows is left`, (t) => {
    const expected = address === null ? { type: "local" } : { type: "proxied", address };
    for (let length = 0; length < bytes.length; length++) {
      t.equal(readProxyHeader(bytes.subarray(0, length)), null, `${length} bytes`);
    }
    t.same(readProxyHeader(bytes), { ...expected, length: bytes.length });
    t.same(readProxyHeader(Buffer.concat([bytes, PAYLOAD])), { ...expected, length: bytes.length });
    t.same(readProxyHeader(Buffer.concat([bytes, bytes])), { ...expected, length: bytes.length }, "exactly one");
    t.end();
  });
}

t.test("what is no header is known by its first byte that differs", async (t) => {
  const none = "it does not begin with a PROXY header";
  for (const text of [
    "one\r\n",
    "p",
    "PROXY\t",
    "PROXX",
    "\r\n\r\n\0\r\nQUIT\r",
    "\n",
    "GET / HTTP/1.1\r\n",
    "\xff\xfb",
  ]) {
    t.equal(reasonOf(Buffer.from(text, "latin1")), none, JSON.stringify(text));
  }
});

t.test("version 1: what is wrong is told", async (t) => {
  const address = "an address is not one of TCP4";
  const table: readonly (readonly [string, string])[] = [
    ["PROXY ", "the protocol is neither TCP4, TCP6 nor UNKNOWN"],
    ["PROXY UDP4 192.0.2.1 192.0.2.2 1 2", "the protocol is neither TCP4, TCP6 nor UNKNOWN"],
    ["PROXY  TCP4 192.0.2.1 192.0.2.2 1 2", "the protocol is neither TCP4, TCP6 nor UNKNOWN"],
    ["PROXY TCP4 192.0.2 192.0.2.2 1 2", address],
    ["PROXY TCP4 192.0.2.1 one 1 2", address],
    ["PROXY TCP4 2001:db8::1 2001:db8::2 1 2", address],
    ["PROXY TCP6 192.0.2.1 192.0.2.2 1 2", "an address is not one of TCP6"],
    ["PROXY TCP4 192.0.2.1 192.0.2.2 1", "a port is not a port"],
    ["PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3", "a port is not a port"],
    ["PROXY TCP4 192.0.2.1 192.0.2.2 01 2", "a port is not a port"],
    ["PROXY TCP4 192.0.2.1 192.0.2.2 1 65536", "a port is not a port"],
    ["PROXY TCP4 192.0.2.1 192.0.2.2 -1 2", "a port is not a port"],
  ];
  for (const [line, reason] of table) t.equal(reasonOf(v1(line)), reason, line);
});

t.test("version 1: a line has 107 bytes at most, its end included", async (t) => {
  const line = (bytes: number): Buffer => v1(`PROXY UNKNOWN ${"x".repeat(bytes - "PROXY UNKNOWN \r\n".length)}`);
  t.equal(reasonOf(line(107)), "local");
  t.equal(reasonOf(line(108)), "the line has no end");
  t.equal(readProxyHeader(line(108).subarray(0, 106)), null);
});

t.test("version 2: what is wrong is told", async (t) => {
  const four = Buffer.alloc(12);
  const unknown = "unknown version or command";
  t.equal(reasonOf(v2Header({ version: 1, family: 0x11, addresses: four })), unknown);
  t.equal(reasonOf(v2Header({ version: 3, family: 0x11, addresses: four })), unknown);
  t.equal(reasonOf(v2Header({ command: 2, family: 0x11, addresses: four })), unknown);
  for (const family of [0x12, 0x22, 0x31, 0x32, 0x01, 0x10, 0x41, 0xff]) {
    t.equal(reasonOf(v2Header({ family, addresses: Buffer.alloc(216) })), "the connection is not TCP", String(family));
  }
  t.equal(reasonOf(v2Header({ family: 0x11, addresses: Buffer.alloc(11) })), "it is too short for its addresses");
  t.equal(reasonOf(v2Header({ family: 0x21, addresses: Buffer.alloc(35) })), "it is too short for its addresses");
  t.equal(reasonOf(v2Header({ family: 0x11, addresses: Buffer.alloc(4096 - 16 + 1) })), "it is longer than 4096 bytes");
  const cutOff = "an extension is cut off";
  for (const extension of [[4], [4, 0], [4, 0, 1], [4, 0, 2, 1], [4, 0, 0, 4]]) {
    t.equal(reasonOf(aProxyHeader("192.0.2.1", Buffer.from(extension))), cutOff, String(extension));
  }
});

t.test("version 2: an extension may fill the header to its longest", async (t) => {
  const room = 4096 - 16 - 12 - 3;
  const extension = Buffer.concat([Buffer.from([4, room >> 8, room & 0xff]), Buffer.alloc(room)]);
  t.equal(reasonOf(aProxyHeader("192.0.2.1", extension)), "proxied");
});

t.test("a checksum that is wrong, or none at all, is told", async (t) => {
  const wrong = "the checksum is wrong";
  const bytes = aProxyHeader("192.0.2.1", CRC32C);
  for (let at = 16; at < 28; at++) {
    const other = Buffer.from(bytes);
    other[at] = (other[at] ?? 0) ^ 1;
    t.equal(reasonOf(other), wrong, `byte ${at}`);
  }
  t.equal(reasonOf(aProxyHeader("192.0.2.1", Buffer.from([3, 0, 4, 0, 0, 0, 0]))), wrong);
  t.equal(reasonOf(aProxyHeader("192.0.2.1", Buffer.from([3, 0, 3, 0, 0, 0]))), wrong);
});

t.test("the checksum is the one of RFC 3720, appendix B.4", async (t) => {
  t.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  t.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
});

t.test("any address comes back, and any bytes are read without an exception", async (t) => {
  const bytesOf = (count: number) => fc.uint8Array({ minLength: count, maxLength: count });
  holds(
    t,
    fc.property(fc.oneof(bytesOf(4), bytesOf(16)), fc.uint8Array({ maxLength: 40 }), (bytes, payload) => {
      const address = ipaddr.fromByteArray([...bytes]).toString();
      const header = aProxyHeader(address, CRC32C);
      const unmapped = ipaddr.process(address).toString();
      deepEqual(readProxyHeader(Buffer.concat([header, payload])), {
        type: "proxied",
        address: unmapped,
        length: header.length,
      });
    }),
    1000,
  );
  const starts = [Buffer.alloc(0), Buffer.from("PROXY TCP4 "), v2Header({ family: 0x11 }).subarray(0, 12)];
  holds(
    t,
    fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
      const bytes = Buffer.concat([start, rest]);
      const header = readProxyHeader(bytes);
      if (header && header.type !== "bad") equal(header.length <= bytes.length, true);
    }),
    5000,
  );
});
