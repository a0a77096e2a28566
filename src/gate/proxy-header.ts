import { crc32c } from "@aws-crypto/crc32c";
import ipaddr from "ipaddr.js";
import { parseAddress } from "../domain/address.ts";

/** A header of HAProxy's PROXY protocol, version 1 or 2. `length`: its bytes; what follows is the peer's. */
export type ProxyHeader =
  | { readonly type: "proxied"; readonly address: string; readonly length: number }
  /** The balancer connects for itself, as for a health check. */
  | { readonly type: "local"; readonly length: number }
  | { readonly type: "bad"; readonly reason: string };

/** Maximum length of a header of version 1, its line end included (section 2.1). */
const MAX_V1_BYTES = 107;
const V1_START = Buffer.from("PROXY ");
const V2_SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const V2_FIXED_BYTES = 16;
/** Maximum length of a header of version 2: balancers send some 100 bytes, the specification asks for 536 at least. */
const MAX_V2_BYTES = 4096;
const LOCAL = 0;
const PROXY = 1;
/** Address family and transport, and how many bytes both addresses and ports take. */
const UNSPECIFIED = 0x00;
const TCP4 = { code: 0x11, bytes: 12, addressBytes: 4 };
const TCP6 = { code: 0x21, bytes: 36, addressBytes: 16 };
const CRC32C_TYPE = 0x03;

/** Reads one header from the first bytes of a connection. Returns null while it is not complete. */
export function readProxyHeader(bytes: Buffer): ProxyHeader | null {
  if (startsLike(bytes, V1_START)) return readV1(bytes);
  if (startsLike(bytes, V2_SIGNATURE)) return readV2(bytes);
  return bad("it does not begin with a PROXY header");
}

function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

function readV1(bytes: Buffer): ProxyHeader | null {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf("\r\n");
  if (end === -1) return bytes.length < MAX_V1_BYTES ? null : bad("the line has no end");
  const length = end + 2;
  const [, family, source = "", destination = "", ...ports] = bytes.toString("latin1", 0, end).split(" ");
  if (family === "UNKNOWN") return { type: "local", length };
  if (family !== "TCP4" && family !== "TCP6") return bad("the protocol is neither TCP4, TCP6 nor UNKNOWN");
  const kind = family === "TCP4" ? "ipv4" : "ipv6";
  const areGood = [source, destination].every((one) => parseAddress(one) && ipaddr.parse(one).kind() === kind);
  if (!areGood) return bad(`an address is not one of ${family}`);
  if (ports.length !== 2 || !ports.every(isPort)) return bad("a port is not a port");
  return { type: "proxied", address: parseAddress(source) ?? source, length };
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65535;
}

function readV2(bytes: Buffer): ProxyHeader | null {
  if (bytes.length < V2_FIXED_BYTES) return null;
  const [versionAndCommand = 0, family = 0] = bytes.subarray(V2_SIGNATURE.length);
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >> 4 !== 2 || (command !== LOCAL && command !== PROXY))
    return bad("unknown version or command");
  const length = V2_FIXED_BYTES + bytes.readUInt16BE(V2_SIGNATURE.length + 2);
  if (length > MAX_V2_BYTES) return bad(`it is longer than ${MAX_V2_BYTES} bytes`);
  if (bytes.length < length) return null;
  const header = bytes.subarray(0, length);
  const shape = [TCP4, TCP6].find(({ code }) => code === family);
  if (!shape && family !== UNSPECIFIED && command === PROXY) return bad("the connection is not TCP");
  const addresses = V2_FIXED_BYTES + (shape?.bytes ?? 0);
  if (length < addresses) return bad("it is too short for its addresses");
  // Of a connection that is not TCP, only the length is read.
  const problem = shape ? extensionsProblem(header, addresses) : null;
  if (problem !== null) return bad(problem);
  if (command === LOCAL || !shape) return { type: "local", length };
  const source = header.subarray(V2_FIXED_BYTES, V2_FIXED_BYTES + shape.addressBytes);
  const address = ipaddr.fromByteArray([...source]).toString();
  return { type: "proxied", address: parseAddress(address) ?? address, length };
}

/** Returns what is wrong with the extensions, or null. Of these, only the checksum is looked at (section 2.2). */
function extensionsProblem(header: Buffer, from: number): string | null {
  let at = from;
  while (at < header.length) {
    if (at + 3 > header.length) return "an extension is cut off";
    const value = at + 3;
    const next = value + header.readUInt16BE(at + 1);
    if (next > header.length) return "an extension is cut off";
    if (header[at] === CRC32C_TYPE && !isChecksumGood(header, value, next)) return "the checksum is wrong";
    at = next;
  }
  return null;
}

/** Whether a checksum is good: it is over the whole header, with zeros in its own place (section 2.2.3). */
function isChecksumGood(header: Buffer, start: number, end: number): boolean {
  if (end - start !== 4) return false;
  const blank = Buffer.from(header).fill(0, start, end);
  return crc32c(blank) === header.readUInt32BE(start);
}

function bad(reason: string): ProxyHeader {
  return { type: "bad", reason };
}
