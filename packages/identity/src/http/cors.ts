import type { FastifyInstance } from "fastify";

const allowedHeaders = [
  "Accept",
  "Authorization",
  "Content-Type",
  "X-Client-IP",
  "X-Client-Info",
  "X-JWT-AUD",
  "x-use-cookie",
  "X-Supabase-Api-Version",
  "apikey",
];

/**
 * Any origin may call: the service knows nobody by cookies, so a page of another site has no more than its own tokens.
 */
export function allowOrigins(app: FastifyInstance): void {
  app.addHook("onRequest", async (request, reply) => {
    if (request.headers.origin === undefined) return;
    reply
      .header("access-control-allow-origin", "*")
      .header("access-control-allow-credentials", "true")
      .header("access-control-expose-headers", "X-Total-Count, Link, X-Supabase-Api-Version");
  });
  app.options("/*", async (_request, reply) =>
    reply
      .header("access-control-allow-methods", "GET, POST, PUT, DELETE")
      .header("access-control-allow-headers", allowedHeaders.join(", "))
      .header("access-control-max-age", "600")
      .code(204)
      .send(),
  );
}
