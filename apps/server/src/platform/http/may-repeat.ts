import type { FastifyRequest } from "fastify";

/**
 * Whether the same request may be sent again by a client that does not know what became of the first: HTTP's idempotent methods, a POST
 * with a key that we keep, and a POST that the contract calls `repeatable`.
 */
export function mayRepeat(request: FastifyRequest): boolean {
  const { operation } = request.routeOptions.config;
  // Another copy beside the first is what the client has asked for here.
  if (request.method === "PUT") return (request.query as { onConflict?: unknown }).onConflict !== "rename";
  return request.method !== "POST" || request.idempotencyKey != null || operation?.repeatable === true;
}
