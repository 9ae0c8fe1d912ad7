// npm run bench -- <name>: runs tests/bench/<name>.bench.ts; without a name, lists them.
import "./lib/needs-node.cjs";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
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
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".bench.ts"));
  const nameOf = (file) => basename(file, ".bench.ts");
  const names = files.map(nameOf).sort();
  const name = process.argv[2];
  if (!name) return console.log(`Benchmarks: ${names.join(", ") || "none"}. Run one with: npm run bench -- <name>`);
  const file = files.find((each) => nameOf(each) === name);
  if (!file) stopWith(`There is no benchmark "${name}"; there are: ${names.join(", ")}.`);
  ensureSystemPrograms();
  if (withPages.includes(name)) ensureWebBuilt(node);
  const { run } = await import(pathToFileURL(join(folder, file)).href);
  await run(process.argv.slice(3));
}
