import type { FastifyReply, FastifyRequest } from "fastify";
import { refuseForeignOrigin } from "../site/origin-check.ts";
import type { SiteUrl } from "../site/site-url.ts";
import { setCookies } from "./cookies.ts";
import type { SignedIn } from "./signed-in.ts";

export type Transport = "cookie" | "bearer";

/** How a sign-in is answered, whichever way it was made. */
export interface SessionAnswers {
  answer(
    request: FastifyRequest,
    reply: FastifyReply,
    session: SignedIn,
    transport: Transport,
  ): Promise<{ user: SignedIn["user"]; expiresAt: string; accessToken?: string; refreshToken?: string }>;
  /** Cookies are given to our own pages only: no other site can sign somebody in here as somebody else. @throws ProblemError bad_origin */
  requireOwnPage(request: FastifyRequest, transport: Transport): void;
}

export function createSessionAnswers(publicUrl: string | null, siteUrl: SiteUrl): SessionAnswers {
  return {
    async answer(request, reply, { grant, user }, transport) {
      const base = { user, expiresAt: grant.expiresAt.toISOString() };
      reply.header("cache-control", "no-store");
      if (transport === "bearer") return { ...base, accessToken: grant.accessToken, refreshToken: grant.refreshToken };
      setCookies(request, reply, grant, publicUrl);
      if (user.role === "admin") await siteUrl.learn(request);
      return base;
    },
    requireOwnPage(request, transport) {
      if (transport === "cookie") refuseForeignOrigin(request, publicUrl);
    },
  };
}
