import { randomBytes } from "node:crypto";
import httpProxy from "@fastify/http-proxy";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { pagePolicy } from "../security-headers.ts";
import { staticFiles } from "./static-files.ts";

/** What is never a page: an unknown address below these is answered by the API itself. */
const ownPrefixes = ["/api/", "/auth/v1", "/openapi.json", "/healthz", "/readyz"];

const nonces = new WeakMap<FastifyRequest, string>();

/**
 * Pages come from the web server, through here: one port, one set of headers. Each page gets a policy with a nonce of its own; the web
 * server learns it from the request and puts it on its scripts. Their code and styles are sent from here where they have been built.
 */
export async function registerPages(
  app: FastifyInstance,
  options: { webUrl: string; cdnUrl: string | null; staticFolder: string },
): Promise<void> {
  const sendStatic = staticFiles(options.staticFolder);
  await app.register(httpProxy, {
    upstream: options.webUrl,
    prefix: "/",
    httpMethods: ["GET", "HEAD"],
    // It would log whole addresses, and that of a shared file is its key.
    disableRequestLogging: true,
    undici: { connections: 64, pipelining: 1 },
    preHandler: async (request, reply) => {
      if (ownPrefixes.some((prefix) => request.url.startsWith(prefix))) throw app.explainUnanswered(request);
      if (await sendStatic(request as FastifyRequest, reply as FastifyReply)) return reply;
      nonces.set(request, randomBytes(16).toString("base64"));
    },
    replyOptions: {
      rewriteRequestHeaders: (request, headers) => {
        const nonce = nonces.get(request as FastifyRequest) ?? "";
        // The pages need nothing of who is signed in: the browser asks the API itself. Credentials stay on this side.
        const { "x-nonce": _given, authorization: _authorization, cookie, ...kept } = headers;
        return {
          ...kept,
          cookie: withoutCredentials(cookie),
          "x-nonce": nonce,
          "content-security-policy": pagePolicy(nonce, options.cdnUrl),
        };
      },
      rewriteHeaders: (headers, request) => {
        const { "x-powered-by": _poweredBy, ...kept } = headers;
        const nonce = nonces.get(request as FastifyRequest) ?? "";
        const isPage = String(headers["content-type"] ?? "").startsWith("text/html");
        return isPage ? { ...kept, "content-security-policy": pagePolicy(nonce, options.cdnUrl) } : kept;
      },
      onError: (reply, { error }) => {
        reply.log.warn({ err: error }, "the web server does not answer");
        reply.code(503).header("retry-after", "2").type("text/html; charset=utf-8").send(startingPage);
      },
    },
  });
}

function withoutCredentials(cookies: string | string[] | undefined): string {
  const pairs = String(cookies ?? "").split(/;\s*/);
  return pairs.filter((pair) => !pair.startsWith("holdfast_") && !pair.startsWith("__Host-holdfast")).join("; ");
}

const startingPage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="2"><title>Holdfast</title><body><p>Holdfast is starting. This page tries again by itself.</p></body></html>`;
