import ipaddr from "ipaddr.js";
import { parseAddress } from "./address.ts";

/** Returns an address or a range (`10.0.0.0/8`) in the form that is shown and compared; null: the text is neither. */
export function parseRange(text: string): string | null {
  const [start = "", bits, ...more] = text.split("/");
  const address = parseAddress(start);
  if (!address || more.length > 0) return null;
  if (bits === undefined) return address;
  if (!/^\d{1,3}$/.test(bits)) return null;
  const kind = ipaddr.parse(address).kind();
  // The length of an IPv4-mapped IPv6 range counts the 96 bits before the IPv4 address, too.
  const length = Number(bits) - (kind === "ipv4" && start.includes(":") ? 96 : 0);
  const most = kind === "ipv4" ? 32 : 128;
  if (length < 0 || length > most) return null;
  return length === most ? address : networkAddress(`${address}/${length}`, kind);
}

/** Returns an address as `containsParsed` takes it. @param address as `parseAddress` returns it */
export function parsedAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 {
  return ipaddr.parse(address);
}

/** Ranges of addresses, each as `parseRange` returns it. */
export class Ranges {
  readonly #ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map((range) => ipaddr.parseCIDR(range.includes("/") ? range : wholeAddress(range)));
  }

  contains(address: string): boolean {
    return this.#ranges.length > 0 && this.containsParsed(ipaddr.parse(address));
  }

  /** As `contains`, for callers that ask many ranges about one address, which is then parsed once. */
  containsParsed(parsed: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return this.#ranges.some(([start, bits]) => parsed.kind() === start.kind() && parsed.match(start, bits));
  }
}

function wholeAddress(address: string): string {
  return `${address}/${ipaddr.parse(address).kind() === "ipv4" ? 32 : 128}`;
}

function networkAddress(range: string, kind: "ipv4" | "ipv6"): string {
  const network =
    kind === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(range) : ipaddr.IPv6.networkAddressFromCIDR(range);
  return `${network.toString()}/${range.split("/")[1]}`;
}
