import type { Role } from "@holdfast/contract";
import type { FastifyRequest } from "fastify";

/** Somebody who is signed in, as re-read from the database (through a cache of at most a second). */
export interface Principal {
  userId: string;
  email: string;
  role: Role;
  /** The session (auth.sessions.id) that the request came with. */
  sessionId: string;
  /** When the access token runs out. */
  expiresAt: Date;
}

/** What an audit entry needs to know of where a request came from. */
export interface Origin {
  actorId: string | null;
  ip: string | null;
  requestId: string | null;
}

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | null;
  }
}

export function originOf(request: FastifyRequest): Origin {
  return { actorId: request.principal?.userId ?? null, ip: request.ip, requestId: request.id };
}
