/** Protocols of peers that are no person with telnet or nc. */
export type Foreign = "http" | "tls" | "ssh" | "proxy";

const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;
const SSH = Buffer.from("SSH-");
/** The first bytes of a PROXY header, version 2. */
const PROXY_SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
/** The first words of a PROXY header, version 1. */
const PROXY_LINE = /^PROXY (?:TCP4|TCP6|UNKNOWN)(?: |$)/;
const HTTP_REQUEST = /^[A-Z]{3,16} \S{1,4096} HTTP\/\d(?:\.\d)?$/;

/** Recognises a TLS hello (RFC 8446, 5.1), SSH (RFC 4253, 4.2) or a PROXY header; no name begins with one of them. */
export function foreignBytes(first: Buffer): Foreign | null {
  if (first[0] === TLS_HANDSHAKE && first[1] === TLS_MAJOR) return "tls";
  if (first.length >= SSH.length && first.subarray(0, SSH.length).equals(SSH)) return "ssh";
  return first.subarray(0, PROXY_SIGNATURE.length).equals(PROXY_SIGNATURE) ? "proxy" : null;
}

/** Recognises an HTTP request (RFC 9112, 3), which web pages can make a browser send, an SSH or a PROXY line. */
export function foreignLine(first: string): Foreign | null {
  if (first.startsWith("SSH-")) return "ssh";
  if (PROXY_LINE.test(first)) return "proxy";
  return HTTP_REQUEST.test(first) ? "http" : null;
}
