import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** An IPv6 network that one subscriber usually has to himself (RFC 6177): limits count it as one address. */
const SUBSCRIBER_BITS = 64;

/**
 * An address in the one form in which addresses are shown and compared. An IPv4 address in IPv6's clothes (RFC 4291,
 * section 2.5.5.2) is that IPv4 address; an IPv6 zone is left out. Null: not an address.
 */
export function parseAddress(text: string): string | null {
  // `ipaddr.parse` takes what the C library takes, `1.2` and `0x7f.1` too.
  if (isIP(text) === 0) return null;
  const address = ipaddr.process(text);
  return address instanceof ipaddr.IPv6 ? new ipaddr.IPv6(address.toByteArray()).toString() : address.toString();
}

/** What limits per address count together: an IPv4 address, or an IPv6 /64. */
export function networkOf(address: string): string {
  const parsed = ipaddr.parse(address);
  if (!(parsed instanceof ipaddr.IPv6)) return address;
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${SUBSCRIBER_BITS}`).toString()}/${SUBSCRIBER_BITS}`;
}
