import { loadConfig } from "./config.ts";
import { startWatch } from "./features/operate/index.ts";
import { startJobs } from "./jobs.ts";
import { systemClock } from "./platform/clock.ts";
import { createPool } from "./platform/database/pool.ts";
import { createLog } from "./platform/log.ts";
import { keepLogFiles } from "./platform/logging/attach.ts";
import { startTelemetry } from "./platform/telemetry/start-telemetry.ts";
import { announceReady, answerParent, obeyParent } from "./process/child-side.ts";
import { createServices } from "./services.ts";
import { version } from "./version.ts";

/** The worker's process: a child of `main.ts`, which has checked the settings and migrated the database. */
const config = loadConfig();
const log = createLog(config, "worker");
keepLogFiles(log, config, "worker");
const stopTelemetry = await startTelemetry(config, log, "worker", version());
const databaseUrl = config.databaseUrl!;
const pool = createPool(databaseUrl, {
  max: Math.max(4, Math.ceil(config.limits.databaseConnections / 2)),
  name: "holdfast worker",
  onError: (error) => log.warn({ err: error }, "a connection to the database broke"),
});
const services = await createServices(config, { pool, databaseUrl, log, clock: systemClock });
const jobs = await startJobs(services);
const watch = startWatch(services.alerts, "worker");
obeyParent(async () => {
  await Promise.all([watch.close(), jobs.close(2_000)]);
  await services.close();
  await stopTelemetry();
});
answerParent("metrics", () => services.metrics.collect());
announceReady();
