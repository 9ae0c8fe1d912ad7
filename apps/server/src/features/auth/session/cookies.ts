import type {} from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { isSecure } from "../../../platform/http/connection/https.ts";
import type { Grant } from "../identity/identity-client.ts";

const access = "holdfast_access";
const refresh = "holdfast_refresh";
/** What browsers take over https alone, for this host and every path: no other host of the domain can plant such a cookie. */
const host = (name: string) => `__Host-${name}`;
const MONTHS_SECONDS = 90 * 86_400;

export interface SessionCookies {
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
}

/** Over https the names are other ones; those without prefix were set before there were two, or without https. */
export function readCookies({ cookies }: FastifyRequest): SessionCookies {
  const read = (name: string) => cookies[host(name)] || cookies[name] || null;
  return { accessToken: read(access), refreshToken: read(refresh) };
}

/** Written as headers at once, not when the answer is sent, so that handlers which write their bytes themselves carry them too. */
export function setCookies(request: FastifyRequest, reply: FastifyReply, grant: Grant, publicUrl: string | null): void {
  const lifetime = Math.max(1, Math.round((grant.expiresAt.getTime() - Date.now()) / 1000));
  set(request, reply, publicUrl, access, grant.accessToken, lifetime);
  set(request, reply, publicUrl, refresh, grant.refreshToken, MONTHS_SECONDS);
}

export function clearCookies(request: FastifyRequest, reply: FastifyReply, publicUrl: string | null): void {
  for (const name of [access, refresh]) set(request, reply, publicUrl, name, "", 0);
}

function set(
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string | null,
  name: string,
  value: string,
  maxAge: number,
): void {
  const secure = isSecure(request, publicUrl);
  write(reply, secure ? host(name) : name, value, maxAge, secure);
  if (secure && request.cookies[name] !== undefined) write(reply, name, "", 0, secure);
}

function write(reply: FastifyReply, name: string, value: string, maxAge: number, secure: boolean): void {
  const attributes = { path: "/", httpOnly: true, sameSite: "lax", secure, maxAge } as const;
  reply.header("set-cookie", reply.server.serializeCookie(name, value, attributes));
  // What sets a session must not be kept by anything on the way.
  reply.header("cache-control", "no-store");
}
