// For working on Holdfast: the server starts again at every change, and pages are served by Next's development server.
import "./lib/needs-node.cjs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { loadDotEnv, repository } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { findNode } from "./lib/node.mjs";

process.chdir(repository);
loadDotEnv();
ensureInstalled();
const node = findNode();
const port = process.env.PORT || "3000";
const webPort = process.env.HOLDFAST_DEV_WEB_PORT || "3001";

const web = run(
  [join(repository, "node_modules/next/dist/bin/next"), "dev", "--hostname", "127.0.0.1", "--port", webPort],
  {
    cwd: join(repository, "apps/web"),
    env: { ...process.env, HOLDFAST_API_ORIGIN: `http://127.0.0.1:${port}`, NEXT_TELEMETRY_DISABLED: "1" },
  },
);
const server = run(["--watch", "--watch-preserve-output", "apps/server/src/main.ts", "--for-people"], {
  cwd: repository,
  env: {
    UV_THREADPOOL_SIZE: "16",
    ...process.env,
    HOLDFAST_WEB: "off",
    HOLDFAST_WEB_URL: `http://127.0.0.1:${webPort}`,
  },
});

function run(args, options) {
  return spawn(node, args, { ...options, stdio: "inherit" });
}

const children = [server, web];
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => children.forEach((child) => child.kill("SIGTERM")));
for (const child of children) {
  child.on("exit", (code) => {
    process.exitCode ||= code ?? 0;
    children.forEach((other) => other.kill("SIGTERM"));
  });
}
