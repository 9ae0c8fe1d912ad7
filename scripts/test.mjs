// All tests: units and acceptance on real parts, then kills at random instants, then a real browser on the built pages.
// With arguments, only the tests whose path contains one of them.
import "./lib/needs-node.cjs";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { repository } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { findNode } from "./lib/node.mjs";
import { ensureSystemPrograms } from "./lib/system-programs.mjs";
import { ensureWebBuilt } from "./lib/web-build.mjs";

process.chdir(repository);
ensureInstalled();
const node = findNode();
// An installation that runs already is asked by the acceptance tests alone.
const given = process.argv.slice(2);
const filters = given.length === 0 && process.env.HOLDFAST_TEST_URL ? ["tests/acceptance"] : given;
const vitest = join(repository, "node_modules/vitest/vitest.mjs");
const cache = join(repository, ".cache");
/** More failed files than this are no accident. */
const AGAIN_AT_MOST = 3;
const total = { passed: 0, failed: 0 };
const passedAgain = [];
const failedInTheEnd = [];
/** How long each file took, over all suites. */
const took = [];
const SLOWEST = 10;

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
for (const name of failedInTheEnd) console.log(`Failed: ${name}`);
for (const path of passedAgain) console.log(`Failed, and passed when it was run again: ${path}`);
printSlowest();
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 ? 1 : 0);

/**
 * Runs a suite. Where all tests are run, a file that failed is run once more as a whole, from its own beginning: a shared machine that stands still for seconds is no
 * fault of the code, and what is broken fails twice. What passed only then is named at the end, and is to be mended.
 */
async function suite(name, args) {
  console.log(`\n== ${name}`);
  const first = await vitestRun(name, args);
  const failed = first.files.filter((file) => file.status !== "passed");
  if (filters.length > 0 || failed.length === 0 || failed.length > AGAIN_AT_MOST) return add(first);
  const paths = failed.map((file) => relative(repository, file.name));
  console.log(`\n== ${name}, once more: ${paths.join(", ")}`);
  const second = await vitestRun(`${name} again`, [...args, ...paths]);
  add({ code: 0, files: first.files.filter((file) => file.status === "passed") });
  add(second);
  const passed = second.files.filter((file) => file.status === "passed");
  passedAgain.push(...passed.map((file) => relative(repository, file.name)));
}

function printSlowest() {
  const slowest = took.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  if (slowest.length < 2) return;
  console.log(`\nThe slowest of ${took.length} files, in seconds:`);
  for (const { path, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(7)}  ${path}`);
}

function add({ code, files }) {
  for (const { name, startTime, endTime } of files) {
    took.push({ path: relative(repository, name), seconds: (endTime - startTime) / 1000 });
  }
  const failed = countTests(files, "failed");
  for (const { name, assertionResults } of files) {
    const titles = assertionResults.filter((test) => test.status === "failed").map((test) => test.fullName);
    failedInTheEnd.push(...titles.map((title) => `${relative(repository, name)}: ${title}`));
  }
  total.passed += countTests(files, "passed");
  // A run that broke outside of any test has failed all the same.
  total.failed += failed === 0 && code !== 0 ? 1 : failed;
}

function countTests(files, status) {
  return files.flatMap((file) => file.assertionResults).filter((test) => test.status === status).length;
}

/**
 * @typedef {{name: string, status: string, startTime: number, endTime: number, assertionResults: {status: string, fullName: string}[]}} File
 * @returns {Promise<{code: number, files: File[]}>}
 */
async function vitestRun(name, args) {
  const report = join(cache, `tests-${name.replaceAll(" ", "-")}.json`);
  mkdirSync(cache, { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run([vitest, "run", "--passWithNoTests", ...reporters, ...args]);
  const files = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")).testResults : [];
  return { code, files };
}

function run(args) {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: `${join(node, "..")}:${process.env.PATH}`, UV_THREADPOOL_SIZE: "16" };
    const child = spawn(node, args, { stdio: ["ignore", "inherit", "inherit"], env });
    for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => child.kill(name));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
