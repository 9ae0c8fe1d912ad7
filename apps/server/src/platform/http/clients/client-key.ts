import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";
import type { FairShare } from "./fair-share.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Answers of bytes that are under way. */
    downloads: FairShare;
  }
}

/** Whose share a request takes: the account's, however it signed in, and else the address's. */
export function clientKey(request: FastifyRequest): string {
  const userId = request.principal?.userId;
  return userId === undefined ? `address ${addressKey(request.ip)}` : `user ${userId}`;
}

/** What one customer has: the address, or the /64 of IPv6. An IPv4 address written as IPv6 is the IPv4 address. */
export function addressKey(ip: string | undefined): string {
  const text = ip?.split("%")[0] ?? "";
  if (!isIP(text)) return text;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return address.toString();
  const groups = address.parts.slice(0, 4).map((group) => group.toString(16));
  return `${groups.join(":")}::/64`;
}
