import { isIPv4, isIPv6 } from "node:net";

/** The address for an inet column: without a zone; null for what is none (a socket file). */
export function inet(ip: string | null): string | null {
  const address = ip?.split("%")[0] ?? "";
  return isIPv4(address) || isIPv6(address) ? address : null;
}

/**
 * What stands for one customer's line: an IPv4 address (also when written as IPv6), or the /64 of an IPv6 address, since a line is given
 * at least that many.
 */
export function lineOf(ip: string): string {
  const address = inet(ip) ?? ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, missing)).fill("0"), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group || "0", 16).toString(16))
    .join(":")}::/64`;
}
