// npm run bench -- <name>: runs tests/bench/<name>.bench.ts; without a name, lists them.
import "./lib/needs-node.cjs";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { repository, stopWith } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { become, findNode } from "./lib/node.mjs";
import { ensureSystemPrograms } from "./lib/system-programs.mjs";
import { ensureWebBuilt } from "./lib/web-build.mjs";

const withPages = ["crowd", "journey", "overview", "page-upload"];

ensureInstalled();
const node = findNode();
if (node !== process.execPath || !process.env.UV_THREADPOOL_SIZE) {
  become(node, process.argv.slice(1), { ...process.env, UV_THREADPOOL_SIZE: "16" });
} else await run();

async function run() {
  const folder = join(repository, "tests/bench");
  const names = readdirSync(folder).flatMap((file) => file.match(/^(.+)\.bench\.ts$/)?.[1] ?? []);
  const name = process.argv[2];
  if (!name) return console.log(`Benchmarks: ${names.join(", ") || "none"}. Run one with: npm run bench -- <name>`);
  const file = join(folder, `${name}.bench.ts`);
  if (!existsSync(file)) stopWith(`There is no benchmark "${name}"; there are: ${names.join(", ")}.`);
  ensureSystemPrograms();
  if (withPages.includes(name)) ensureWebBuilt(node);
  const { run } = await import(pathToFileURL(file).href);
  await run(process.argv.slice(3));
}
