import type { FastifyRequest } from "fastify";

/**
 * Whether whoever sent this came by https: the connection says so, or a proxy that is trusted. One that ends TLS without being trusted still
 * shows by an https PUBLIC_URL, whose host the request names.
 */
export function isSecure(request: FastifyRequest, publicUrl: string | null): boolean {
  if (request.protocol === "https") return true;
  if (!publicUrl?.startsWith("https:")) return false;
  return new URL(publicUrl).host === request.host;
}
