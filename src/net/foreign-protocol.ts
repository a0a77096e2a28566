import { texts } from "../formats/text/sentences.ts";
import { NEWLINE } from "../formats/text/text-format.ts";

/** Protocols of peers that are no person with telnet or nc. */
export type Foreign = "http" | "tls" | "ssh" | "proxy" | "irc";

const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;
const SSH = Buffer.from("SSH-");
/** The first bytes of a PROXY header, version 2. */
const PROXY_SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
/** The first words of a PROXY header, version 1. */
const PROXY_LINE = /^PROXY (?:TCP4|TCP6|UNKNOWN)(?: |$)/;
const HTTP_REQUEST = /^[A-Z]{3,16} \S{1,4096} HTTP\/\d(?:\.\d)?$/;
/** What an IRC client sends first (RFC 2812, 3.1, and IRCv3's capability negotiation). No name has a blank in it. */
const IRC_REGISTRATION = /^(?:CAP (?:LS|LIST|REQ|END)\b|PASS \S|NICK \S+$|USER \S+ \S+ \S+ \S)/;

/** Recognises a protocol by the first bytes that came, and by the first line where they have a whole one. */
export function foreignStart(first: Buffer): Foreign | null {
  const end = first.indexOf("\n");
  return foreignBytes(first) ?? (end < 0 ? null : foreignLine(first.toString("latin1", 0, end).replace(/\r$/, "")));
}

/** Recognises a TLS hello (RFC 8446, 5.1), SSH (RFC 4253, 4.2) or a PROXY header; no name begins with one of them. */
function foreignBytes(first: Buffer): Foreign | null {
  if (first[0] === TLS_HANDSHAKE && first[1] === TLS_MAJOR) return "tls";
  if (first.length >= SSH.length && first.subarray(0, SSH.length).equals(SSH)) return "ssh";
  return first.subarray(0, PROXY_SIGNATURE.length).equals(PROXY_SIGNATURE) ? "proxy" : null;
}

/** Recognises an HTTP request (RFC 9112, 3), which web pages can make a browser send, an SSH, a PROXY or an IRC line. */
export function foreignLine(first: string): Foreign | null {
  if (first.startsWith("SSH-")) return "ssh";
  if (PROXY_LINE.test(first)) return "proxy";
  if (IRC_REGISTRATION.test(first)) return "irc";
  return HTTP_REQUEST.test(first) ? "http" : null;
}

/** Returns what a peer is told before it is closed, in the form that its program shows, without the last line end. */
export function answerTo(foreign: Foreign): string {
  const text = texts.foreign[foreign];
  if (foreign === "irc") return `ERROR :${text}`;
  if (foreign !== "http") return text;
  const head = ["HTTP/1.1 400 Bad Request", "Content-Type: text/plain; charset=utf-8", "Connection: close"];
  return [...head, `Content-Length: ${Buffer.byteLength(text + NEWLINE)}`, "", text].join(NEWLINE);
}
