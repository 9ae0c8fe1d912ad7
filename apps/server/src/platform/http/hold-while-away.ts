import type { FastifyInstance } from "fastify";
import type { DataFolder } from "../data-folder.ts";
import { ProblemError } from "./problem.ts";

/** What says how the process is. */
const served = new Set(["healthz", "readyz"]);

/**
 * While the data folder is away every route answers 503 with the reason: nothing that would be said without it is worth saying, and nothing
 * may be stored elsewhere. Of the pages only their scripts and styles are served, for those that are open.
 */
export function holdWhileAway(app: FastifyInstance, folder: Pick<DataFolder, "away">): void {
  app.addHook("onRequest", async (request, reply) => {
    if (folder.away === null || served.has(request.routeOptions.config.operation?.id ?? "")) return;
    const error = new ProblemError("unavailable", folder.away, { headers: { "retry-after": "5" } });
    // Supabase's clients know its own words alone.
    if (/^\/auth(\/|$)/.test(request.url)) {
      return reply.code(503).headers(error.headers).send({ code: 503, error_code: error.code, msg: error.message });
    }
    if (request.routeOptions.config.operation || /^\/(api|dav)(\/|$)/.test(request.url)) throw error;
    if (request.url.startsWith("/_next/")) return;
    return reply.code(503).headers(error.headers).type("text/html; charset=utf-8").send(page(error.message));
  });
}

function page(sentence: string): string {
  const text = sentence.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Holdfast</title><body><p>${text}</p></body></html>`;
}
