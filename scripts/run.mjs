// Runs a script of this repository with a Node that understands TypeScript: node scripts/run.mjs <script> [arguments]
import "./lib/needs-node.cjs";
import { resolve } from "node:path";
import { loadDotEnv, stopWith } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { become, findNode } from "./lib/node.mjs";

const [script, ...args] = process.argv.slice(2);
if (!script) stopWith("Usage: node scripts/run.mjs <script> [arguments]");
loadDotEnv();
ensureInstalled();
become(findNode(), [resolve(script), ...args]);
