import type { FastifyRequest } from "fastify";
import { originOf, viaOf } from "../http/principal.ts";
import type { Access, AccessLog } from "./access-log.ts";

type Sent = Pick<Access, "action" | "targetId" | "targetName" | "detail" | "kind">;

/** Notes bytes that a request is answered with, once they have gone out. To be made while the client is there: later nobody knows its address. */
export function noteSent(
  log: AccessLog,
  request: FastifyRequest,
  entry: Sent,
): (bytes: number, failed: boolean) => void {
  const base = { ...entry, ...originOf(request), via: viaOf(request), ...strangerAgent(request) };
  return (bytes, failed) => log.record({ ...base, outcome: failed ? "failed" : "ok", bytes });
}

/** Of somebody who is not signed in, the program is all that is known. */
export function strangerAgent({ principal, headers }: FastifyRequest): { userAgent?: string | null } {
  return principal ? {} : { userAgent: headers["user-agent"] ?? null };
}
