import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { type Config, ConfigError, loadConfig } from "./config.ts";
import { createDatabase } from "./platform/database/database.ts";
import { createPool } from "./platform/database/pool.ts";
import { workerSilence } from "./platform/jobs/heartbeat.ts";

/**
 * For a container's HEALTHCHECK: whether the process with these settings does its work, asked as its role can be asked. Ends with 0, or with
 * 1 and a sentence.
 */
const PATIENCE_MS = 8_000;
/** A worker says that it is alive every few seconds. */
const SILENT_MS = 60_000;

try {
  const config = loadConfig();
  const trouble = config.role === "worker" ? await askWorker(config) : await askServer(config);
  console.log(trouble ?? `Role ${config.role} is well.`);
  process.exitCode = trouble === null ? 0 : 1;
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.log(error instanceof ConfigError ? message : `The database does not answer (${code ?? message}).`);
  process.exitCode = 1;
}

/** API and pages listen where the settings say; what is wrong, or null. */
async function askServer(config: Config): Promise<string | null> {
  const { role, port, tls } = config;
  const isApi = role !== "web";
  const secure = isApi && tls !== null;
  const host = ["::", "0.0.0.0"].includes(config.host) ? "127.0.0.1" : config.host;
  const url = `${secure ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}${isApi ? "/readyz" : "/sign-in"}`;
  const answer = await ask(url, secure).catch((error: NodeJS.ErrnoException) => error);
  if (answer instanceof Error)
    return `${url} does not answer (${(answer as NodeJS.ErrnoException).code ?? answer.message}).`;
  return answer.status === 200 ? null : `${url} answers ${answer.status}: ${answer.text.slice(0, 1000)}`;
}

function ask(url: string, secure: boolean): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const send = secure ? requestHttps : requestHttp;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    // The certificate is for the name that people use, and this stays on the machine.
    const request = send(url, { signal, rejectUnauthorized: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("error", reject);
      response.on("data", (chunk: string) => {
        if (text.length < 10_000) text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on("error", (error) => {
      reject(signal.aborted ? new Error(`nothing for ${PATIENCE_MS / 1000} s`) : error);
    });
    request.end();
  });
}

/** A worker listens on nothing: it leaves a mark in the database. With several, that of any counts. */
async function askWorker({ databaseUrl }: Config): Promise<string | null> {
  const pool = createPool(databaseUrl as string, { max: 1, name: "holdfast healthcheck", onError: () => {} });
  const db = createDatabase(pool);
  const late = setTimeout(() => {
    console.log(`The database does not answer within ${PATIENCE_MS / 1000} s.`);
    process.exit(1);
  }, PATIENCE_MS);
  try {
    const silence = await workerSilence(db);
    if (silence === null) return "No worker has run yet.";
    return silence > SILENT_MS ? `No worker has been alive for ${Math.round(silence / 1000)} s.` : null;
  } finally {
    clearTimeout(late);
    await db.end();
  }
}
