import type { Role, TokenScope } from "@holdfast/contract";
import type { FastifyRequest } from "fastify";

/** Somebody who is signed in, as re-read from the database (through a cache of at most a second). */
export interface Principal {
  userId: string;
  email: string;
  role: Role;
  /** The session (auth.sessions.id) that the request came with; for a token, what stands for it in its place. */
  sessionId: string;
  /** The personal access token that the request came with; absent for a session. */
  token?: { id: string; scopes: readonly TokenScope[] };
  /** The server asks for a second factor, and there is none yet: only setting it up is open. */
  secondFactorMissing?: true;
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
