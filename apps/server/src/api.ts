import { createServer } from "node:http";
import { healthz } from "@holdfast/contract";
import type { FastifyInstance } from "fastify";
import { jobsRoutes } from "./features/admin/jobs.routes.ts";
import { filesRoutes } from "./features/files/index.ts";
import { uploadsRoutes } from "./features/uploads/index.ts";
import { eventsRoutes } from "./platform/events/events.routes.ts";
import { createApp } from "./platform/http/app.ts";
import { notFound } from "./platform/http/problem.ts";
import { route } from "./platform/http/route.ts";
import { registerPages } from "./platform/http/web-proxy.ts";
import type { Services } from "./services.ts";
import { version } from "./version.ts";

export interface RunningApi {
  /** Stops accepting, and gives requests in flight `graceMs` to finish. */
  close(graceMs: number): Promise<void>;
  /** What it listens on, as an origin. */
  readonly address: string;
}

/** The whole API and the pages behind it, not yet listening. */
export async function buildApi(services: Services): Promise<FastifyInstance> {
  const { config, auth, files, events, listener, db, jobs, log } = services;
  const app = await createApp({
    log,
    version: version(),
    trustProxy: config.trustProxy as boolean,
    authenticate: (request) => auth.authenticate(request),
  });
  route(app, healthz, () => ({ status: "ok" as const }));
  await auth.routes(app);
  filesRoutes(app, files);
  await uploadsRoutes(app, files);
  jobsRoutes(app, { db, jobs });
  await eventsRoutes(app, {
    events,
    listener,
    stillSignedIn: async (request) => (await auth.authenticate(request)) !== null,
  });
  if (config.webUrl) await registerPages(app, { webUrl: config.webUrl, cdnUrl: config.cdnUrl });
  app.setNotFoundHandler(() => {
    throw notFound();
  });
  return app;
}

export async function startApi(services: Services): Promise<RunningApi> {
  const { config, auth } = services;
  await auth.prepare();
  const app = await buildApi(services);
  await app.listen({ host: config.host, port: config.port });
  // With TLS on the port, the pages ask on loopback without it.
  const internal = config.internalPort === null ? null : createServer(app.routing);
  if (internal)
    await new Promise<void>((resolve) => internal.listen(config.internalPort as number, "127.0.0.1", resolve));
  const scheme = config.tls ? "https" : "http";
  return {
    address: `${scheme}://localhost:${config.port}`,
    async close(graceMs) {
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
      internal?.close();
      internal?.closeAllConnections();
      await app.close();
      clearTimeout(timer);
    },
  };
}
