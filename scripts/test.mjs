// All tests: units and acceptance on real parts, then kills at random instants, then a real browser on the built pages.
// With arguments, only the tests whose path contains one of them.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { findNode } from "./lib/node.mjs";
import { ensureSystemPrograms } from "./lib/system-programs.mjs";
import { ensureWebBuilt } from "./lib/web-build.mjs";

process.chdir(repository);
ensureInstalled();
const node = findNode();
const filters = process.argv.slice(2);
const total = { passed: 0, failed: 0 };

const CRASH = ["--config", "tests/crash/vitest.config.ts"];
const BROWSER = ["--config", "tests/browser/vitest.config.ts"];

if (filters.length > 0) {
  const inFolder = (folder) => filters.every((filter) => filter.includes(folder));
  if (inFolder("tests/browser")) {
    ensureWebBuilt(node);
    await suite("browser", [...BROWSER, ...filters]);
  } else await suite("some tests", [...(inFolder("tests/crash") ? CRASH : []), ...filters]);
} else {
  ensureSystemPrograms();
  await suite("units and acceptance", []);
  await suite("crashes", CRASH);
  ensureWebBuilt(node);
  await suite("browser", BROWSER);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);

async function suite(name, args) {
  console.log(`\n== ${name}`);
  const cache = join(repository, ".cache");
  const report = join(cache, `tests-${name.replaceAll(" ", "-")}.json`);
  mkdirSync(cache, { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(repository, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run([vitest, "run", "--passWithNoTests", ...reporters, ...args]);
  const { passed, failed } = count(report);
  total.passed += passed;
  // A run that broke outside of any test has failed all the same.
  total.failed += failed === 0 && code !== 0 ? 1 : failed;
}

function count(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function run(args) {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: `${join(node, "..")}:${process.env.PATH}`, UV_THREADPOOL_SIZE: "16" };
    const child = spawn(node, args, { stdio: ["ignore", "inherit", "inherit"], env });
    for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => child.kill(name));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
