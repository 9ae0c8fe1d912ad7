import { join } from "node:path";
import type { Config } from "../config.ts";
import { startWatch } from "../features/operate/index.ts";
import { startJobs } from "../jobs.ts";
import { keepLogFiles } from "../platform/logging/attach.ts";
import { serveMetrics } from "../platform/metrics/serve-metrics.ts";
import { version } from "../version.ts";
import { buildServices, listen, startApiAndWorker } from "./api-and-worker.ts";
import { takeDataFolder } from "./data-folder.ts";
import { migrateAll, openDatabase } from "./database.ts";
import { checkPort } from "./ports.ts";
import { since } from "./progress.ts";
import type { Run } from "./run.ts";
import { tryStore } from "./try-store.ts";
import { requireBuiltPages, startWeb, webEnvironment } from "./web.ts";

export async function runRole(config: Config, run: Run): Promise<void> {
  switch (config.role) {
    case "all":
      return runAll(config, run);
    case "api":
      return runApi(config, run);
    case "worker":
      return runWorker(config, run);
    case "web":
      return runWeb(config);
  }
}

async function runAll(given: Config, run: Run): Promise<void> {
  const { log, progress, steps, stopping } = run;
  const began = performance.now();
  progress.line(`Holdfast ${version()}`);
  if (given.web) requireBuiltPages();
  // Before the port: of a second start it is more to the point that there is a first one than what that one uses.
  const folder = takeDataFolder(given.dataDir);
  steps.add("data folder", () => folder.release());
  keepLogFiles(log, given, "api");
  const port = await checkPort(given.host, given.port);
  progress.line(`  data      ${given.dataDir}`);
  const config = await chooseInternalPorts({ ...given, port });

  // The pages take the longest to start, so they come first; nobody is sent to them before the end.
  const web = config.web ? startPages(config, run) : null;
  const database = await openDatabase(config, log, stopping);
  steps.add("database", (patience) => database.stop(patience));
  progress.line(
    `  database  ${config.databaseUrl ? "PostgreSQL of DATABASE_URL" : "embedded PostgreSQL"}, ${since(began)}`,
  );
  const applied = await migrateAll(database.url, config, waiting(run));
  if (applied.length > 0) progress.line(`  schema    ${applied.length} migrations applied, ${since(began)}`);
  if (stopping.aborted) return;

  if (web)
    steps.add(
      "web server",
      (patience) => web.stop(Math.min(patience, 1_000)),
      () => web.kill(),
    );
  const { services, address, workerReady } = await startApiAndWorker(config, database, run);
  const allReady = Promise.all([workerReady, web?.ready, tryStore(services.store, run)]);
  await Promise.race([allReady, aborted(stopping)]);
  if (stopping.aborted) return;

  const origin = config.publicUrl ?? address;
  const token = await services.setupToken();
  progress.line(`  ready     ${since(began)}`);
  progress.line(`\nHoldfast is at ${origin}`);
  tellSetup(run, config, origin, token);
  progress.line("Stop with Ctrl-C.\n");
  log.info({ address, origin, ms: Math.round(performance.now() - began) }, "ready");
}

async function runApi(config: Config, run: Run): Promise<void> {
  await checkPort(config.host, config.port);
  const { url } = await openDatabase(config, run.log);
  await migrateAll(url, config, waiting(run));
  const { address, services } = await serve(config, url, run);
  await tryStore(services.store, run);
  run.progress.line(`The API is at ${address}`);
  tellSetup(run, config, config.publicUrl ?? address, await services.setupToken());
  run.log.info({ address }, "ready");
}

/** Where the first account is made; nothing where there is one. */
function tellSetup({ log, progress }: Run, config: Config, origin: string, token: string | null): void {
  if (!token) return;
  const tokenFile = join(config.dataDir, "keys", "setup-token");
  progress.line(`Make the first account, which is the admin's, at ${origin}/setup#token=${token}`);
  progress.line(`(the token is also in ${tokenFile}; it works once)`);
  // A log is kept, copied and read by others: it says where the token is, not what it is.
  const where = { page: `${origin}/setup`, tokenFile };
  log.info(where, "make the first account, which is the admin's, on this page, with the token in this file");
}

async function runWorker(config: Config, run: Run): Promise<void> {
  const { log, steps } = run;
  const { url } = await openDatabase(config, log);
  await migrateAll(url, config, waiting(run));
  const services = await buildServices(config, { databaseUrl: url, log });
  steps.add("services", () => services.close());
  const jobs = await startJobs(services);
  steps.add("worker", (patience) => jobs.close(patience - 1_000));
  const watch = startWatch(services.alerts, "worker");
  steps.add("alerts", () => watch.close());
  await tryStore(services.store, run);
  const { host, metricsPort, metricsToken: token } = config;
  if (metricsPort !== null) {
    const port = await checkPort(host, metricsPort);
    const server = await serveMetrics({ host, port, token, metrics: services.metrics, log });
    steps.add("metrics", () => void server.close());
  }
  log.info("ready");
}

async function runWeb(config: Config): Promise<void> {
  const { host, port, apiUrl } = config;
  const environment = webEnvironment({ host, port, apiOrigin: apiUrl!, config });
  process.argv[2] = requireBuiltPages();
  await checkPort(host, port);
  Object.assign(process.env, environment);
  await import("./web-child.ts");
}

/** Services and API of this process, with their steps to stop them. */
async function serve(config: Config, databaseUrl: string, { log, steps }: Run) {
  const services = await buildServices(config, { databaseUrl, log });
  steps.add("services", () => services.close());
  const api = await listen(services);
  // Requests in flight have most of the time there is; what comes after them is quick.
  steps.add("API", (patience) => api.close(patience - 4_500));
  return { services, address: api.address };
}

function startPages(config: Config, { log }: Run) {
  const { port, host, internalPort, webUrl } = config;
  const loopback = ["::", "0.0.0.0", "127.0.0.1", "localhost"].includes(host) ? "127.0.0.1" : host;
  const apiHost = loopback.includes(":") ? `[${loopback}]` : loopback;
  const apiOrigin = internalPort === null ? `http://${apiHost}:${port}` : `http://127.0.0.1:${internalPort}`;
  return startWeb({ host: "127.0.0.1", port: Number(new URL(webUrl!).port), apiOrigin, config }, log);
}

async function chooseInternalPorts(config: Config): Promise<Config> {
  if (!config.web) return config;
  const webUrl = `http://127.0.0.1:${await checkPort("127.0.0.1", 0)}`;
  const internalPort = config.tls ? await checkPort("127.0.0.1", 0) : null;
  return { ...config, webUrl, internalPort };
}

/** Whoever looks on, at a terminal or in the log, knows at once why nothing happens. */
function waiting({ log, progress }: Run): (sentence: string) => void {
  return (sentence) => {
    progress.line(`  ${sentence}`);
    log.warn(sentence);
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
