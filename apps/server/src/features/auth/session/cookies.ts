import type {} from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Grant } from "../identity/identity-client.ts";

const access = "holdfast_access";
const refresh = "holdfast_refresh";
const MONTHS_SECONDS = 90 * 86_400;

export interface SessionCookies {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
}

export function readCookies(request: FastifyRequest): SessionCookies {
  return { accessToken: request.cookies[access] || null, refreshToken: request.cookies[refresh] || null };
}

/**
 * Written as headers at once, not when the answer is sent, so that handlers which write their bytes themselves carry them too.
 * `__Host-` names are not used: they need https, and a home server without it must work.
 */
export function setCookies(request: FastifyRequest, reply: FastifyReply, grant: Grant, publicUrl: string | null): void {
  const secure = isSecure(request, publicUrl);
  const lifetime = Math.max(1, Math.round((grant.expiresAt.getTime() - Date.now()) / 1000));
  write(reply, access, grant.accessToken, lifetime, secure);
  write(reply, refresh, grant.refreshToken, MONTHS_SECONDS, secure);
}

export function clearCookies(request: FastifyRequest, reply: FastifyReply, publicUrl: string | null): void {
  const secure = isSecure(request, publicUrl);
  write(reply, access, "", 0, secure);
  write(reply, refresh, "", 0, secure);
}

function write(reply: FastifyReply, name: string, value: string, maxAge: number, secure: boolean): void {
  const attributes = { path: "/", httpOnly: true, sameSite: "lax", secure, maxAge } as const;
  reply.header("set-cookie", reply.server.serializeCookie(name, value, attributes));
  // What sets a session must not be kept by anything on the way.
  reply.header("cache-control", "no-store");
}

/** A proxy that ends TLS without being trusted still shows by PUBLIC_URL that people come over https. */
export function isSecure(request: FastifyRequest, publicUrl: string | null): boolean {
  if (request.protocol === "https") return true;
  if (!publicUrl?.startsWith("https:")) return false;
  return new URL(publicUrl).host === request.host;
}
