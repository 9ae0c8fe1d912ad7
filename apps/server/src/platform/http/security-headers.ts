import type { FastifyReply, FastifyRequest } from "fastify";
import { isSecure } from "./connection/https.ts";

/** On every answer of the API. Pages get a policy with a nonce instead (see `web-proxy.ts`). */
const headers = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

/** A year; of this host alone, whose neighbours may have no https. */
const httpsAlone = "max-age=31536000";

export function securityHeaders(request: FastifyRequest, reply: FastifyReply, publicUrl: string | null): void {
  reply.headers(headers);
  // A browser would ask for every program of this machine by https.
  if (isSecure(request, publicUrl) && !/^localhost$|\.localhost$/.test(request.hostname)) {
    reply.header("strict-transport-security", httpsAlone);
  }
}

/** For file bytes: scripts never run, whatever the bytes are and however they are opened. */
export const contentPolicy =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; frame-ancestors 'self'";

/** The policy of pages. */
export function pagePolicy(nonce: string, cdn: string | null): string {
  const assets = cdn ? ` ${new URL(cdn).origin}` : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${assets}`,
    `style-src 'self' 'unsafe-inline'${assets}`,
    `img-src 'self' data: blob:${assets}`,
    `font-src 'self'${assets}`,
    "media-src 'self' blob:",
    "frame-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
