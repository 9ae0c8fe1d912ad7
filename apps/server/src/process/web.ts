import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { type Child, superviseChild } from "./child.ts";
import { StartError } from "./failure.ts";

const repository = join(import.meta.dirname, "../../../..");
/** Where `next build` with `output: "standalone"` puts the server of a workspace. */
const standalone = join(repository, "apps/web/.next/standalone/apps/web/server.js");

/** Code and styles of the built pages; absent where the pages are served by another machine. */
export const staticFolder = join(standalone, "../.next/static");

export interface WebOptions {
  readonly host: string;
  readonly port: number;
  /** Where the pages reach the API from the server's side. */
  readonly apiOrigin: string;
  readonly config: Config;
}

export function requireBuiltPages(): string {
  if (existsSync(standalone)) return standalone;
  throw new StartError(
    'The web pages are not built: start with "npm start", which builds them, or set HOLDFAST_WEB=off to do without them.',
  );
}

/** Only what the pages need: they hold no secret. */
export function webEnvironment({ host, port, apiOrigin, config }: WebOptions): NodeJS.ProcessEnv {
  return {
    NODE_ENV: "production",
    PATH: process.env.PATH ?? "",
    HOSTNAME: host,
    PORT: String(port),
    HOLDFAST_API_ORIGIN: apiOrigin,
    NEXT_TELEMETRY_DISABLED: "1",
    UV_THREADPOOL_SIZE: "4",
    MALLOC_ARENA_MAX: "2",
    ...(process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {}),
    ...(config.cdnUrl ? { CDN_URL: config.cdnUrl } : {}),
    ...(config.publicUrl ? { PUBLIC_URL: config.publicUrl } : {}),
  };
}

export function startWeb(options: WebOptions, log: Logger): Child {
  return superviseChild({
    name: "web server",
    module: join(import.meta.dirname, "web-child.ts"),
    args: [requireBuiltPages()],
    env: webEnvironment(options),
    log,
    onLine: (line) => {
      if (line.trim()) log.debug({ child: "web server" }, line.trim());
    },
  });
}
