import type { FastifyRequest } from "fastify";

export interface RequestKind {
  readonly reads: boolean;
  /**
   * Whether the same request may be sent again by a client that does not know what became of the first: HTTP's idempotent methods, a POST
   * with a key that we keep, and a POST that the contract calls `repeatable`.
   */
  readonly repeatable: boolean;
}

export function kindOf(request: FastifyRequest): RequestKind {
  const { method, query, idempotencyKey } = request;
  const { operation } = request.routeOptions.config;
  const reads = method === "GET" || method === "HEAD" || method === "OPTIONS";
  // Another copy beside the first is what the client has asked for here.
  if (method === "PUT") return { reads, repeatable: (query as { onConflict?: unknown }).onConflict !== "rename" };
  const repeatable = method !== "POST" || (idempotencyKey ?? null) !== null || operation?.repeatable === true;
  return { reads, repeatable };
}
