import { isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

/** Prefix length of the IPv6 network that one subscriber usually has (RFC 6177): limits count it as one address. */
const SUBSCRIBER_BITS = 64;

/** Returns an address as it is compared: IPv4-mapped IPv6 (RFC 4291, 2.5.5.2) as IPv4, no zone; null: no address. */
export function parseAddress(text: string): string | null {
  const version = isIP(text);
  // `ipaddr.process` takes what the C library takes, such as `1.2` and `0x7f.1`.
  if (version === 0) return null;
  // `isIP` takes an IPv4 address in one form alone.
  if (version === 4) return text;
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6 ? new ipaddr.IPv6(address.toByteArray()).toString() : address.toString();
}

/** Whether an address, or `localhost`, is reached from this machine alone (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(host: string): boolean {
  const address = parseAddress(host);
  return address === null ? host === "localhost" : ipaddr.parse(address).range() === "loopback";
}

/** Returns what limits per address count as one: an IPv4 address itself, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${SUBSCRIBER_BITS}`).toString()}/${SUBSCRIBER_BITS}`;
}
