import type { ErrorCode, Role, TokenScope } from "@holdfast/contract";
import type { FastifyRequest } from "fastify";
import { plainAddress } from "./connection/network.ts";

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

/** As what somebody acts. `anonymous`: nobody is signed in; `system`: Holdfast itself, or its operator on the command line. */
export type Via = "session" | "token" | "app-password" | "link" | "system" | "anonymous";

/** What an audit entry needs to know of where a request came from. */
export interface Origin {
  actorId: string | null;
  ip: string | null;
  requestId: string | null;
  /** By default a session's, or the system's where there is no actor. */
  via?: Via | undefined;
}

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | null;
    /** What it was answered with, where that was a problem. */
    problemCode: ErrorCode | null;
  }
}

export function originOf(request: FastifyRequest): Origin {
  return {
    actorId: request.principal?.userId ?? null,
    ip: plainAddress(request.ip),
    requestId: request.id,
    via: viaOf(request),
  };
}

export function viaOf({ principal, headers, routeOptions }: FastifyRequest): Via {
  if (principal?.token) return /^basic /i.test(headers.authorization ?? "") ? "app-password" : "token";
  if (principal) return "session";
  return routeOptions.config.operation?.tag === "public" ? "link" : "anonymous";
}
