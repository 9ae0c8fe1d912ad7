import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { treeOf } from "../../crash/support/process-tree.ts";
import { isAlive } from "../../support/processes.ts";
import { freePort } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

const repository = join(import.meta.dirname, "../../..");
const script = join(repository, "scripts/start.mjs");

/** A Node that cannot run the server itself: it keeps a process of its own between the shell and the server. */
function olderNode(): string | undefined {
  const found = (process.env.PATH ?? "").split(":").map((folder) => join(folder, "node"));
  return found.find((node) => {
    try {
      return Number.parseInt(execFileSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }), 10) < 24;
    } catch {
      return false;
    }
  });
}

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-starters-"));
});
afterEach(async () => {
  const pid = firstProcess();
  if (pid && isAlive(pid)) process.kill(pid, "SIGTERM");
  await eventually(() => ofThisTest().length === 0, 20_000);
  await rm(dataDir, { recursive: true, force: true });
});

function firstProcess(): number | null {
  try {
    return Number(readFileSync(join(dataDir, "data/holdfast.pid"), "utf8"));
  } catch {
    return null;
  }
}

/** Everything that runs with this test's data folder: it is in the environment of all of ours, and on PostgreSQL's command line. */
function ofThisTest(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        const [environ, command] = ["environ", "cmdline"].map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8"));
        return (environ?.includes(dataDir) || command?.includes(dataDir)) && isAlive(pid);
      } catch {
        return false;
      }
    });
}

async function start(program: string, args: string[], cwd = repository): Promise<number> {
  const port = await freePort();
  const env = {
    ...{ PATH: process.env.PATH ?? "", HOME: dataDir, PORT: String(port), HOST: "127.0.0.1" },
    ...{ HOLDFAST_DATA: join(dataDir, "data"), HOLDFAST_WEB: "off" },
  };
  const child = spawn(program, args, { cwd, env, stdio: "ignore", detached: true });
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(isReady, 60_000);
  return child.pid as number;
}

type Chain = { npm: number; shell: number };

function chainOf(npm: number): Chain {
  const shell = treeOf(npm).find(({ parent, command }) => parent === npm && /^(\S*\/)?sh /.test(command));
  expect(shell, "npm runs the script in a shell").toBeDefined();
  return { npm, shell: shell!.pid };
}

async function endsWith(npm: number, kill: (chain: Chain) => void): Promise<void> {
  const chain = chainOf(npm);
  const postgres = Number.parseInt(readFileSync(join(dataDir, "data/postgres/postmaster.pid"), "utf8"), 10);
  expect(ofThisTest()).toContain(postgres);
  const began = performance.now();
  kill(chain);
  await eventually(() => ofThisTest().length === 0, 15_000).catch(() => {});
  expect(ofThisTest().map((pid) => treeOf(pid)[0]?.command)).toEqual([]);
  expect(performance.now() - began).toBeLessThan(11_000);
}

const kills: [string, (chain: Chain) => void][] = [
  ["kill -9 of npm", ({ npm }) => process.kill(npm, "SIGKILL")],
  ["kill -9 of its shell", ({ shell }) => process.kill(shell, "SIGKILL")],
  ["SIGTERM to npm", ({ npm }) => process.kill(npm, "SIGTERM")],
  ["SIGTERM to its shell", ({ shell }) => process.kill(shell, "SIGTERM")],
];

test.each(kills)("npm start: everything ends after %s alone", async (_what, kill) => {
  await endsWith(await start("npm", ["start"]), kill);
});

const older = olderNode();
test.runIf(older).each(kills)(
  "npm, shell, an older Node, ours: everything ends after %s alone",
  async (_what, kill) => {
    // As on a first start, when npm finds only the machine's Node.
    await writeFile(join(dataDir, "package.json"), JSON.stringify({ scripts: { start: `${older} ${script}` } }));
    const npm = await start("npm", ["start"], dataDir);
    expect(
      treeOf(npm).filter(({ command }) => command.includes("start.mjs") || command.includes("main.ts")),
    ).toHaveLength(3);
    await endsWith(npm, kill);
  },
);

test("it goes on when what started npm ends: a login shell, a supervisor that lets go", async () => {
  // The shell starts npm in the background and is gone at once.
  const shell = await start("sh", ["-c", "npm start & exit 0"]);
  expect(isAlive(shell)).toBe(false);
  const pid = firstProcess() as number;
  await sleep(3_000);
  expect(isAlive(pid)).toBe(true);
});

test("without npm it goes on when the shell ends that started it", async () => {
  const shell = await start("sh", ["-c", `node ${script} & exit 0`]);
  expect(isAlive(shell)).toBe(false);
  const pid = firstProcess() as number;
  await sleep(3_000);
  expect(isAlive(pid)).toBe(true);
});
