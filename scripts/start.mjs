// From a fresh clone to a running Holdfast, on any Node from 20 on. When all is installed and built, this only looks and
// hands over to the server.
import "./lib/needs-node.cjs";
import { fstatSync } from "node:fs";
import { join } from "node:path";
import { loadDotEnv, repository } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { become, findNode } from "./lib/node.mjs";
import { findStarters } from "./lib/starters.mjs";
import { ensureWebBuilt } from "./lib/web-build.mjs";

process.chdir(repository);
// At once: later one of them may be gone.
const starters = findStarters();
loadDotEnv();
ensureInstalled();
const node = findNode();
const { HOLDFAST_WEB = "on", HOLDFAST_ROLE = "all" } = process.env;
const servesPages = !/^(off|no|false|0)$/i.test(HOLDFAST_WEB) && ["", "all", "web"].includes(HOLDFAST_ROLE);
if (servesPages && !process.argv.includes("--no-web-build")) ensureWebBuilt(node);
// Hashing, files and scrypt share libuv's threads, and four of them are few for a server that does mostly that.
// What Node has compiled once it need not compile again, which halves the time to load the server.
const compiled = join(repository, ".cache/node");
const env = {
  UV_THREADPOOL_SIZE: "16",
  NODE_COMPILE_CACHE: compiled,
  // glibc otherwise keeps a heap of its own for each of those threads: some 15 MiB a process that nobody uses.
  MALLOC_ARENA_MAX: "2",
  ...process.env,
};
const watched = starters.length > 0 ? [`--starters=${starters.join(",")}`] : [];
const forPeople = isService() ? [] : ["--for-people"];
become(node, [join(repository, "apps/server/src/main.ts"), ...forPeople, ...watched], env);

/** Whether systemd runs this as a unit, whose output is its journal or a file: there, only the log belongs. */
function isService() {
  const { JOURNAL_STREAM, INVOCATION_ID } = process.env;
  const { dev, ino } = fstatSync(1, { bigint: true });
  if (JOURNAL_STREAM === `${dev}:${ino}`) return true;
  // It is in the environment of all that runs below a unit; systemd itself starts the unit's first process alone.
  return INVOCATION_ID !== undefined && process.ppid === 1;
}
