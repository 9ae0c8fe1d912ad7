import type { IncomingHttpHeaders } from "node:http";
import cookie from "@fastify/cookie";
import { openApiDocument } from "@holdfast/contract";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import type { Logger } from "pino";
import type { DataFolder } from "../data-folder.ts";
import { newId } from "../ids.ts";
import { limitBodyDepth } from "./body-depth.ts";
import { answerClientError } from "./client-errors.ts";
import { FairShare } from "./clients/fair-share.ts";
import { holdRefusals } from "./clients/hold-refusals.ts";
import { limitConnections } from "./clients/limit-connections.ts";
import { patienceOf, watchSlowClients } from "./clients/slow-clients.ts";
import type { TrustProxy } from "./connection/proxy-warnings.ts";
import { refuseUndeclaredRoutes } from "./declared-routes.ts";
import { answerError, registerErrorHandling } from "./errors.ts";
import { holdWhileAway } from "./hold-while-away.ts";
import type { Principal } from "./principal.ts";
import { ProblemError } from "./problem.ts";
import { securityHeaders } from "./security-headers.ts";
import { registerUnanswered } from "./unknown-address.ts";

export interface AppOptions {
  log: Logger;
  version: string;
  /** All, none, so many proxies in a row, or those with these addresses. */
  trustProxy: TrustProxy;
  /** The address people use, where it is known. */
  publicUrl?: string | null;
  /** For native TLS. */
  https?: import("node:https").ServerOptions | null;
  /** While it is away nothing else is asked. */
  folder?: Pick<DataFolder, "away">;
  /** The most connections at once; default 4,096. */
  connections?: number;
  /** For how long a client may keep the server waiting (see `patienceOf`), in milliseconds; default a minute. */
  silenceMs?: number;
  /** What a line of a request says of who sent it; default both. */
  logClients?: { readonly address: boolean; readonly account: boolean };
  /** Who sends this request? Null for nobody; throws ProblemError where a credential was sent and is no good. */
  authenticate(request: FastifyRequest): Promise<Principal | null>;
  /** Watches all requests: adds its hooks before any other. */
  watch?(app: FastifyInstance): void;
}

/** JSON bodies are small; file bytes are never parsed and have limits of their own. */
const jsonBodyLimit = 1024 * 1024;

/**
 * tus 1.0, "X-HTTP-Method-Override": clients that can send nothing but GET and POST say the true method in this header. Honoured for
 * uploads alone: no other address does more by POST than by the method it hides.
 */
function overrideMethod(request: {
  url?: string | undefined;
  method?: string | undefined;
  headers: IncomingHttpHeaders;
}): string {
  const { url = "/", headers } = request;
  const method = headers["x-http-method-override"];
  if (method !== undefined && request.method === "POST" && /^\/api\/v1\/uploads\/[^/?]+/.test(url)) {
    if (typeof method === "string" && /^(PATCH|DELETE|HEAD)$/.test(method)) request.method = method;
  }
  return url;
}

export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { connections = 4096, silenceMs = 60_000 } = options;
  const { address, account } = options.logClients ?? { address: true, account: true };
  const { headersMs, sweepMs } = patienceOf(silenceMs);
  const serverOptions = {
    // Node would answer a request without a host by itself, and without a body.
    requireHostHeader: false,
    headersTimeout: headersMs,
    connectionsCheckingInterval: sweepMs,
  };
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request: FastifyRequest) => {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && /^[\w.-]{8,64}$/.test(given) ? given : newId();
    },
    trustProxy: trustedProxies(options.trustProxy),
    bodyLimit: jsonBodyLimit,
    // A body may take as long as it takes; `watchSlowClients` ends what does not move.
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    rewriteUrl: overrideMethod,
    clientErrorHandler: answerClientError,
    // Before any route is found, so that no hook has run.
    frameworkErrors(error: unknown, request: FastifyRequest, reply: FastifyReply) {
      reply.header("x-request-id", request.id);
      securityHeaders(request, reply, options.publicUrl ?? null);
      answerError(error, request, reply);
    },
    ...(options.https
      ? { https: { handshakeTimeout: headersMs, ...options.https, ...serverOptions } }
      : { http: serverOptions }),
  } as object) as unknown as FastifyInstance;

  options.watch?.(app);
  limitConnections(app.server, { total: connections, byAddress: options.trustProxy === false });
  const downloads = Math.ceil(connections / 4);
  app.decorate("downloads", new FairShare({ total: downloads, each: Math.ceil(downloads / 4), what: "downloads" }));
  watchSlowClients(app, silenceMs);
  refuseUndeclaredRoutes(app);
  app.decorateRequest("principal", null);
  app.decorateRequest("problemCode", null);
  registerErrorHandling(app);
  holdRefusals(app);
  await app.register(cookie);

  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
    securityHeaders(request, reply, options.publicUrl ?? null);
    if (request.raw.httpVersion === "1.1" && request.headers.host === undefined) {
      throw new ProblemError("invalid_request", "The request names no host: send the header Host.", {
        headers: { connection: "close" },
      });
    }
  });
  // Before who sends it is asked: that takes the database.
  if (options.folder) holdWhileAway(app, options.folder);
  registerUnanswered(app);
  limitBodyDepth(app);
  app.addHook("onRequest", async (request) => {
    const operation = request.routeOptions.config.operation;
    if (!operation) return;
    if (operation.access === "signed-in" || operation.access === "admin") {
      request.principal = await options.authenticate(request);
      if (!request.principal) throw new ProblemError("unauthenticated", "Sign in to use this.");
      if (operation.access === "admin" && request.principal.role !== "admin") {
        throw new ProblemError("forbidden", "Only an administrator may do this.");
      }
    }
  });
  app.addHook("onResponse", async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        // Never the query: names are people's own. Never a link's token: it is the key to the file.
        route: request.routeOptions.url ?? "-",
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(address ? { ip: request.ip } : {}),
        ...(account ? { userId: request.principal?.userId } : {}),
      },
      "request",
    );
  });

  const document = JSON.stringify(openApiDocument(options.version));
  app.get("/openapi.json", (_request, reply) => reply.type("application/json").send(document));
  return app;
}

/** Fastify reads a bare number as no trust at all; a function of the distance says what is meant. */
function trustedProxies(trust: TrustProxy) {
  return typeof trust === "number" ? (_address: string, hop: number) => hop < trust : trust;
}
