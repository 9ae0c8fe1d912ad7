import type { FastifyInstance } from "fastify";
import type { DataFolder } from "../data-folder.ts";
import { ProblemError } from "./problem.ts";

/** What says how the process is. */
const served = new Set(["healthz", "readyz"]);

/**
 * While the data folder is away every route of the API answers 503 with the reason: nothing that would be said without it is worth saying, and
 * nothing may be stored elsewhere. The pages themselves hold no data: they are served, and wait for the API.
 */
export function holdWhileAway(app: FastifyInstance, folder: Pick<DataFolder, "away">): void {
  app.addHook("onRequest", async (request, reply) => {
    if (folder.away === null || served.has(request.routeOptions.config.operation?.id ?? "")) return;
    const error = new ProblemError("unavailable", folder.away, { headers: { "retry-after": "5" } });
    // Supabase's clients know its own words alone.
    if (/^\/auth(\/|$)/.test(request.url)) {
      return reply.code(503).headers(error.headers).send({ code: 503, error_code: error.code, msg: error.message });
    }
    if (request.routeOptions.config.operation || /^\/api(\/|$)/.test(request.url)) throw error;
  });
}
