/** What a peer speaks when it is no person with telnet or nc. */
export type Foreign = "http" | "tls" | "ssh";

const TLS_HANDSHAKE = 0x16;
const TLS_MAJOR = 0x03;
const SSH = Buffer.from("SSH-");
const HTTP_REQUEST = /^[A-Z]{3,16} \S{1,4096} HTTP\/\d(?:\.\d)?$/;

/**
 * Recognises a program by the first bytes of its connection: a TLS hello (RFC 8446, section 5.1: record type 22, major
 * version 3) or an SSH identification (RFC 4253, section 4.2). A name that a person types begins with neither.
 */
export function foreignBytes(first: Buffer): Foreign | null {
  if (first[0] === TLS_HANDSHAKE && first[1] === TLS_MAJOR) return "tls";
  if (first.length >= SSH.length && first.subarray(0, SSH.length).equals(SSH)) return "ssh";
  return null;
}

/** Recognises an HTTP request line (RFC 9112, section 3): web pages can make a browser send one to any port. */
export function foreignLine(first: string): Foreign | null {
  if (first.startsWith("SSH-")) return "ssh";
  return HTTP_REQUEST.test(first) ? "http" : null;
}
