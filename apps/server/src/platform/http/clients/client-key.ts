import { addressKey } from "@holdfast/identity";
import type { FastifyRequest } from "fastify";
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
