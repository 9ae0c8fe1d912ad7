// Everything about the code that needs no running: types, lints, format, unused code, import directions, generated files.
import "./lib/needs-node.cjs";
import { spawn } from "node:child_process";

import { join } from "node:path";
import { repository } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { findNode } from "./lib/node.mjs";

process.chdir(repository);
ensureInstalled();
const node = findNode();
const tool = (path) => join(repository, "node_modules", path);

const steps = [
  ["types of server, packages and tests", [tool("typescript/bin/tsc"), "--noEmit", "-p", "."]],
  ["types of the web pages", [tool("typescript/bin/tsc"), "--noEmit", "--incremental", "false", "-p", "apps/web"]],
  ["format", [tool("@biomejs/biome/bin/biome"), "ci", "--colors=off"]],
  ["lint", [tool("oxlint/bin/oxlint"), "--type-aware", "--quiet", "--format=unix"]],
  ["unused files, exports, dependencies", [tool("knip/bin/knip.js"), "--no-progress"]],
  ["imports, file lengths, environment", ["scripts/check-files.ts"]],
  ["settings, access classes and error codes in use", ["scripts/check-promises.ts"]],
  ["paths and links in documents", ["scripts/check-documents.ts"]],
  ["statements against the migrated schema", ["scripts/check-statements.ts"]],
  ["generated files", ["scripts/generate.ts", "--check"]],
];

let failed = 0;
for (const [name, args] of steps) {
  const began = performance.now();
  const { code, output } = await run(args);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name} (${seconds} s)`);
  if (code === 0) continue;
  failed += 1;
  console.log(output.trimEnd());
}
console.log(failed === 0 ? "All checks passed." : `${failed} of ${steps.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;

function run(args) {
  return new Promise((resolve) => {
    // Tools that are scripts look up `node` by themselves: they find the one that runs TypeScript.
    const path = `${join(node, "..")}:${process.env.PATH}`;
    const child = spawn(node, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, PATH: path } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => resolve({ code, output }));
  });
}
