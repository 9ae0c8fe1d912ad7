import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../../platform/http/problem.ts";

const safe = new Set(["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"]);

/**
 * Refuses a request that changes something by the power of a cookie unless a page of ours sent it: `Origin` is PUBLIC_URL's or the
 * request's own host, or the browser says `Sec-Fetch-Site: same-origin`. No word at all is a refusal.
 * @throws ProblemError bad_origin
 */
export function requireOwnOrigin(request: FastifyRequest, publicUrl: string | null): void {
  if (safe.has(request.method) || isOwnOrigin(request, publicUrl)) return;
  throw badOrigin(request);
}

/** For what sets a cookie without needing one: programs send no Origin, pages of others always do. */
export function refuseForeignOrigin(request: FastifyRequest, publicUrl: string | null): void {
  if (request.headers.origin === undefined || isOwnOrigin(request, publicUrl)) return;
  throw badOrigin(request);
}

export function isOwnOrigin(request: FastifyRequest, publicUrl: string | null): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return request.headers["sec-fetch-site"] === "same-origin";
  if (!URL.canParse(origin)) return false;
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  const { protocol, host } = new URL(origin);
  // The scheme is the origin's own: behind a proxy that is not trusted the request does not know it.
  const own = `${protocol}//${request.host}`;
  return URL.canParse(own) && new URL(own).host === host;
}

function badOrigin(request: FastifyRequest): ProblemError {
  const { origin } = request.headers;
  if (origin === undefined) {
    return new ProblemError(
      "bad_origin",
      "This request was not sent by a page of this server. Programs should use a bearer token instead of the cookie.",
    );
  }
  return new ProblemError(
    "bad_origin",
    `This request was sent by a page of ${origin}, and this server knows itself as ${request.host}. If people use that address, set PUBLIC_URL to it, and let a proxy pass the header Host on as it is.`,
  );
}
