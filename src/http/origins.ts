import { isLoopback } from "../domain/address.ts";

/** The host and the port of a `Host` header (RFC 9110, 7.2), as URLs are compared; null: it is none. */
function authorityOf(host: string | undefined, protocol = "http:"): URL | null {
  // These begin other parts of a URL, and stand in no host.
  if (host === undefined || /[/?#@\\\s]/.test(host)) return null;
  return URL.parse(`${protocol}//${host}`);
}

/**
 * Whether a request was meant for this machine: a page of the web can make its own name lead here (DNS rebinding), and
 * is then told apart by that name alone.
 */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const hostname = authorityOf(host)?.hostname.replace(/^\[|\]$|\.$/g, "");
  return hostname !== undefined && (isLoopback(hostname) || names.includes(hostname));
}

/** Whether a page comes from the host that it asks. TLS may end at a proxy, so the scheme does not count. */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  const from = URL.parse(origin);
  return from !== null && from.host !== "" && from.host === authorityOf(host, from.protocol)?.host;
}
