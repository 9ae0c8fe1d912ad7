import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** An address for an inet column: without a zone; null for what is none (a socket file, a client that has gone). */
export function inet(ip: string | null | undefined): string | null {
  const address = ip?.split("%")[0] ?? "";
  return isIP(address) ? address : null;
}

/**
 * The network of an address, with the groups that make it up, as CIDR; null for what is no address. An IPv4 address
 * written as IPv6 is the IPv4 address.
 * @param bits of IPv4 whole bytes, of IPv6 whole groups of 16
 */
export function networkOf(ip: string | null | undefined, bits: { ipv4: 8 | 16 | 24; ipv6: 48 | 64 }): string | null {
  const text = inet(ip);
  if (text === null) return null;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) {
    const kept = address.octets.map((octet, i) => (i < bits.ipv4 / 8 ? octet : 0));
    return `${kept.join(".")}/${bits.ipv4}`;
  }
  const groups = address.parts.slice(0, bits.ipv6 / 16).map((group) => group.toString(16));
  return `${groups.join(":")}::/${bits.ipv6}`;
}
