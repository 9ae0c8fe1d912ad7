import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, PostgresError } from "./errors.ts";

/** What PostgreSQL writes into postmaster.pid (its src/include/utils/pidfile.h says which line is what). */
interface PidFile {
  readonly pid: number;
  /** "starting", "stopping", "ready" or "standby"; empty in the first instants. */
  readonly status: string;
}

export async function readPidFile(dataDir: string): Promise<PidFile | null> {
  try {
    const lines = (await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n");
    const pid = Number.parseInt(lines[0] ?? "", 10);
    return pid > 0 ? { pid, status: (lines[7] ?? "").trim() } : null;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/**
 * A parent that was killed leaves its PostgreSQL behind. This finds it by postmaster.pid, makes sure that the process
 * really is the PostgreSQL of this folder (the number may belong to somebody else by now), and stops it. A lock file
 * that nobody holds any more is removed.
 *
 * The caller must hold the data folder: a PostgreSQL that a living Holdfast uses would be stopped as well.
 */
export async function stopOrphan(dataDir: string, log: (line: string) => void): Promise<void> {
  const file = await readPidFile(dataDir);
  if (file && isPostmasterOf(file.pid, dataDir)) {
    log(`stopping the PostgreSQL that an interrupted run left behind (process ${file.pid})`);
    await stopProcess(file.pid, dataDir);
  }
  // Backends notice that their postmaster died within moments, but one that is busy may take longer, and two generations
  // must never write to one folder.
  const left = leftovers(dataDir);
  for (const pid of left) signal(pid, "SIGQUIT");
  if (!(await waitUntil(() => left.every((pid) => !isAlive(pid)), 5_000))) {
    for (const pid of left) signal(pid, "SIGKILL");
    await waitUntil(() => left.every((pid) => !isAlive(pid)), 5_000);
  }
  if (file && exists(file.pid) && !isPostmasterOf(file.pid, dataDir)) {
    // PostgreSQL would take the other process, or a zombie that nobody has collected yet, for a living postmaster.
    for (const name of ["postmaster.pid", ".s.PGSQL.5432.lock"]) await rm(join(dataDir, name), { force: true });
  }
}

async function stopProcess(pid: number, dataDir: string): Promise<void> {
  const gone = () => !isAlive(pid) || !isPostmasterOf(pid, dataDir);
  for (const [name, patience] of [
    ["SIGINT", 8_000],
    ["SIGQUIT", 6_000],
    ["SIGKILL", 5_000],
  ] as const) {
    signal(pid, name);
    if (await waitUntil(gone, patience)) return;
  }
  throw new PostgresError(`The PostgreSQL of an earlier run (process ${pid}) does not stop: end it, then start again.`);
}

function isPostmasterOf(pid: number, dataDir: string): boolean {
  if (!isAlive(pid)) return false;
  const words = commandLine(pid);
  const at = words.indexOf("-D");
  return at > 0 && words[at + 1] === dataDir && words.some((word) => /(^|[\\/])postgres(\.exe)?$/.test(word));
}

function commandLine(pid: number): string[] {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    if (process.platform === "win32") return [];
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(" ");
  } catch {
    return [];
  }
}

/** Processes of PostgreSQL that work in the folder (Linux only: elsewhere PostgreSQL's own check of shared memory serves). */
function leftovers(dataDir: string): number[] {
  if (process.platform !== "linux") return [];
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== dataDir) continue;
      if (readFileSync(`/proc/${name}/comm`, "utf8").trim() === "postgres") found.push(Number(name));
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return found;
}

/** Does the number belong to anything, be it a zombie? */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function isAlive(pid: number): boolean {
  if (!exists(pid)) return false;
  // A zombie answers signals, but holds nothing any more; in a container nobody may ever collect it.
  if (process.platform !== "linux") return true;
  try {
    return !/^\d+ \(.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

async function waitUntil(done: () => boolean, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!done()) {
    if (performance.now() > end) return false;
    await sleep(20);
  }
  return true;
}
