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
  const { method, query, headers } = request;
  // Nothing of it is there where a request was refused before it had a route.
  const operation = request.routeOptions?.config?.operation;
  const reads = method === "GET" || method === "HEAD" || method === "OPTIONS";
  // Another copy beside the first is what the client has asked for here.
  const copies = (query as { onConflict?: unknown } | null)?.onConflict === "rename";
  if (method === "PUT") return { reads, repeatable: !copies };
  const hasKey = operation?.idempotencyKey === true && headers["idempotency-key"] !== undefined;
  const repeatable = method !== "POST" || hasKey || (operation?.repeatable === true && !copies);
  return { reads, repeatable };
}
