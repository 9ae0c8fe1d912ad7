import { createServer } from "node:http";
import type { Server } from "node:https";
import { healthz, readyz } from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { unknownSettings } from "./config.ts";
import { mayEach, spacesSeenBy } from "./features/access/index.ts";
import { activityRoutes } from "./features/activity/index.ts";
import {
  accountRoutes,
  adminRoutes,
  invitationsRoutes,
  jobsRoutes,
  settingsRoutes,
  storageRoutes,
} from "./features/admin/index.ts";
import { backupHealth, backupsRoutes, refuseWhileRestoring, setupRestoreRoutes } from "./features/backups/index.ts";
import { filesRoutes } from "./features/files/index.ts";
import {
  accessLogRoutes,
  alertsRoutes,
  databaseRoutes,
  endSessionsRoutes,
  healthRoutes,
  logsRoutes,
  maintenanceRoutes,
  metricsRoutes,
  nodesRoutes,
  overviewRoutes,
  rewindRoutes,
  startWatch,
  storageStatsRoutes,
  watchTraffic,
} from "./features/operate/index.ts";
import { groupsRoutes, peopleRoutes, spacesRoutes } from "./features/people/index.ts";
import { sharingRoutes } from "./features/sharing/index.ts";
import { uploadsRoutes } from "./features/uploads/index.ts";
import { createMetricsText } from "./metrics.ts";
import { noteRefusals } from "./platform/audit/note-refusals.ts";
import { eventsRoutes } from "./platform/events/events.routes.ts";
import { createApp } from "./platform/http/app.ts";
import { isFromThisMachine } from "./platform/http/connection/network.ts";
import { judgeTrustProxy, tellUnknownProxy } from "./platform/http/connection/proxy-warnings.ts";
import { openTls, type Tls } from "./platform/http/connection/tls.ts";
import { registerIdempotency } from "./platform/http/idempotency/idempotency.ts";
import { registerPages } from "./platform/http/pages/web-proxy.ts";
import { refuseWithoutRoom } from "./platform/http/refuse-without-room.ts";
import { route } from "./platform/http/route.ts";
import { refuseInMaintenance } from "./platform/maintenance/refuse-in-maintenance.ts";
import { withoutDetails } from "./platform/monitoring/readiness.ts";
import { announceNode } from "./platform/nodes/announce-node.ts";
import { traceRequests } from "./platform/telemetry/trace-requests.ts";
import { meterRequests } from "./platform/traffic/meter-requests.ts";
import { knownSchema } from "./process/database.ts";
import { staticFolder } from "./process/web.ts";
import { type Services, trashDays } from "./services.ts";
import { revision, version } from "./version.ts";

export interface RunningApi {
  /** Stops accepting, and gives requests in flight `graceMs` to finish. */
  close(graceMs: number): Promise<void>;
  /** What it listens on, as an origin. */
  readonly address: string;
}

/** The whole API and the pages behind it, not yet listening. */
export async function buildApi(services: Services, tls: Tls | null = null): Promise<FastifyInstance> {
  const { config, admin, auth, files, events, listener, db, jobs, log, sharing } = services;
  const restoring = services.restoring ?? null;
  const app = await createApp({
    log,
    version: version(),
    trustProxy: config.trustProxy,
    publicUrl: config.publicUrl,
    https: tls?.options ?? null,
    folder: services.folder,
    logClients: config.logs,
    connections: config.limits.connections,
    silenceMs: config.limits.clientTimeout * 1000,
    authenticate: (request) => auth.authenticate(request),
    watch: (watched) => {
      services.metrics.requests.watchApp(watched);
      services.metrics.requests.watchServer(watched.server);
      traceRequests(watched);
    },
  });
  noteRefusals(app, services.accessLog);
  tellUnknownProxy(app, config.trustProxy, db);
  meterRequests(app, services.traffic);
  if (restoring) refuseWhileRestoring(app, restoring);
  refuseWithoutRoom(app, services.room);
  refuseInMaintenance(app, services.maintenance);
  route(app, healthz, () => ({ status: "ok" as const }));
  route(app, readyz, async ({ request, reply }) => {
    const answer = await services.readiness();
    if (answer.status !== "ready") reply.code(503);
    reply.header("cache-control", "no-store");
    return isFromThisMachine(request) || (await isAdmin(auth, request)) ? answer : withoutDetails(answer);
  });
  metricsRoutes(app, { token: config.metricsToken, text: createMetricsText(services, tls) });
  registerIdempotency(app, db, services.answerKey);
  await auth.routes(app);
  filesRoutes(app, files);
  await uploadsRoutes(app, files);
  backupsRoutes(app, services.backups);
  setupRestoreRoutes(app, { ...services.backups, setup: auth.setup, restoring });
  sharingRoutes(app, sharing);
  peopleRoutes(app, services.people);
  groupsRoutes(app, { db });
  spacesRoutes(app, { db, room: services.room, teams: config.teams });
  activityRoutes(app, services.activity);
  adminRoutes(app, admin, auth, files);
  invitationsRoutes(app, services.invitations);
  accountRoutes(app, { db, auth, admin, files });
  jobsRoutes(app, { db, jobs });
  accessLogRoutes(app, { db, longQuestions: files.longQuestions });
  watchTraffic(app, services.alerts.traffic);
  alertsRoutes(app, services.alerts);
  storageRoutes(app, { db });
  logsRoutes(app, { db, clock: services.clock, logLevel: services.logLevel, days: config.logs.days });
  databaseRoutes(app, { db, embedded: config.databaseUrl === null });
  const { auth: authSchema, holdfast } = knownSchema();
  nodesRoutes(app, {
    ...{ db, version: version(), revision: revision(), embedded: config.databaseUrl === null },
    migrations: config.supabase ? holdfast : [...authSchema, ...holdfast],
  });
  maintenanceRoutes(app, { db, clock: services.clock, maintenance: services.maintenance });
  healthRoutes(app, {
    ...{ db, config, clock: services.clock, readiness: services.readiness, maintenance: services.maintenance },
    embedded: config.databaseUrl === null,
    unknownSettings: unknownSettings(),
    backupHealth: () => backupHealth(services.backups),
  });
  rewindRoutes(app, files);
  endSessionsRoutes(app, { db, events, auth });
  overviewRoutes(app, { db, clock: services.clock });
  storageStatsRoutes(app, { db, jobs, clock: services.clock });
  settingsRoutes(app, {
    ...{ db, auth, directory: services.directory },
    passwordMinLength: config.auth.passwordMinLength,
    mail: config.smtpUrl !== null || config.supabase !== null,
    trashDays,
    publicUrl: config.publicUrl,
    version: version(),
    maintenance: () => services.maintenance.current(),
  });
  await eventsRoutes(app, {
    events,
    listener,
    spaces: {
      seenBy: (userIds) => spacesSeenBy(db, userIds),
      maySee: (asked) =>
        mayEach(
          db,
          asked.map((one) => ({ ...one, intent: "see" })),
        ),
    },
    stillSignedIn: (request) => auth.stillSignedIn(request),
  });
  if (config.webUrl) await registerPages(app, { webUrl: config.webUrl, cdnUrl: config.cdnUrl, staticFolder });
  app.setNotFoundHandler((request) => {
    throw app.explainUnanswered(request);
  });
  return app;
}

/** A stranger is also who cannot be asked about: the database is away, or the credential is no good. */
async function isAdmin(auth: Services["auth"], request: FastifyRequest): Promise<boolean> {
  const principal = await auth.authenticate(request, "admin").catch(() => null);
  return principal?.role === "admin" && principal.secondFactorMissing === undefined;
}

export async function startApi(services: Services): Promise<RunningApi> {
  const { config, auth, log } = services;
  await auth.prepare();
  const trustsAll = await judgeTrustProxy(services.db, config.trustProxy);
  if (trustsAll !== null) log.warn(trustsAll);
  // Nothing waits for it: a Supabase that is away stops no download, and what does not fit is known before somebody signs in.
  void auth.probe?.().then((wrong) => {
    for (const sentence of wrong) log.error(sentence);
  });
  const tls = config.tls
    ? openTls(config.tls, { info: (text) => log.info(text), warn: (text) => log.warn(text) })
    : null;
  const app = await buildApi(services, tls);
  tls?.attach(app.server as Server);
  await app.listen({ host: config.host, port: config.port });
  // With TLS on the port, the pages ask on loopback without it.
  const internal = config.internalPort === null ? null : createServer(app.routing);
  if (internal)
    await new Promise<void>((resolve) => internal.listen(config.internalPort as number, "127.0.0.1", resolve));
  const watch = startWatch(services.alerts, "api");
  const node = await announceNode({ db: services.relaxed, log, role: "api", version: version(), revision: revision() });
  const stopCounting = services.traffic.start("api");
  const scheme = config.tls ? "https" : "http";
  return {
    address: `${scheme}://localhost:${config.port}`,
    async close(graceMs) {
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
      await watch.close();
      internal?.close();
      internal?.closeAllConnections();
      await app.close();
      tls?.close();
      await stopCounting();
      clearTimeout(timer);
      await node.close();
    },
  };
}
