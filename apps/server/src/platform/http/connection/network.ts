import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";

/** An address for an inet column: without a zone; null for what is none (a socket file, a client that has gone). */
export function inet(ip: string | null | undefined): string | null {
  const address = ip?.split("%")[0] ?? "";
  return isIP(address) ? address : null;
}

/** The same, with an IPv4 address that is written as IPv6 as what it is: one client has one address, whatever socket it came by. */
export function plainAddress(ip: string | null | undefined): string | null {
  return inet(ip?.replace(/^::ffff:(?=\d+\.)/i, ""));
}

/**
 * The network around an address, as CIDR: the /24 of IPv4, the /48 of IPv6; null for what is no address. An IPv4 address written as IPv6 is
 * the IPv4 address.
 */
export function coarseNetwork(ip: string | null | undefined): string | null {
  const text = inet(ip);
  if (text === null) return null;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return `${address.octets.slice(0, 3).join(".")}.0/24`;
  const groups = address.parts.slice(0, 3).map((group) => group.toString(16));
  return `${groups.join(":")}::/48`;
}

const loopback = /^(127\.|::1$|::ffff:127\.)/;
/** What proxies add: a request that carries one of these comes from somewhere else, whoever connects. */
const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/** Whether a request was made on this machine itself, rather than passed on by a proxy that runs here. */
export function isFromThisMachine({ raw: { socket, headers } }: FastifyRequest): boolean {
  return isLoopback(socket.remoteAddress) && !isForwarded(headers);
}

export const isLoopback = (address: string | undefined) => loopback.test(address ?? "");

export const isForwarded = (headers: IncomingHttpHeaders) => forwarding.some((name) => headers[name] !== undefined);
