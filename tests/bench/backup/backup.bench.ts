import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type BorgStep, startBorg } from "./borg.ts";
import { DataSet } from "./data-set.ts";
import { type Measured, measure } from "./measure.ts";

const MIB = 1024 * 1024;
const SIZE = Number(process.env.HOLDFAST_BENCH_MIB ?? 1024) * MIB;
const ROUNDS = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 1);
const RESTIC = process.env.HOLDFAST_RESTIC ?? "restic";
const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

const WORKER_FLAGS = ["--max-semi-space-size=4", "--heap-growing-percent=30"];

const MARKS: Record<string, number> = {
  first: 1,
  "nothing changed": 0.1,
  "1 % changed": 0.3,
  restore: 1,
  prune: 1,
  check: 0.8,
  size: 1.02,
};

type Step = "first" | "nothing changed" | "1 % changed" | "restore" | "prune" | "check";

interface Row {
  ours: Measured;
  /** Seconds once the repository was open, as a server has it. */
  inServer: number;
  restic: Measured;
}

/**
 * Backs up, restores and checks one data set with Holdfast's engine and with the stock restic, by turns, and with borg where it is installed, each step a process of its own.
 * Size and rounds by HOLDFAST_BENCH_MIB and HOLDFAST_BENCH_ROUNDS, the folder by HOLDFAST_BENCH_FOLDER.
 */
export async function run(): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) await runRound(round);
}

async function runRound(round: number): Promise<void> {
  const root = mkdtempSync(path.join(process.env.HOLDFAST_BENCH_FOLDER ?? os.tmpdir(), "holdfast-bench-"));
  try {
    const set = await DataSet.create(root, SIZE);
    const saveCatalog = (): void => writeFileSync(path.join(root, "catalog.json"), JSON.stringify(set.catalog));
    saveCatalog();
    console.log(
      `\nRound ${round}: ${Math.round(SIZE / MIB)} MiB in ${set.fileCount} files, ${os.availableParallelism()} processors`,
    );
    // As Holdfast starts its worker: with what was compiled before, and a heap that stays small.
    const ourEnv = { ...process.env, NODE_COMPILE_CACHE: path.join(root, "compiled"), MALLOC_ARENA_MAX: "2" };
    const ours = (operation: string) => measure(process.execPath, [...WORKER_FLAGS, CHILD, operation, root], ourEnv);
    const env = { ...process.env, RESTIC_PASSWORD: "benchmark" };
    const common = ["-r", path.join(root, "restic"), "--cache-dir", path.join(root, "cache"), "--quiet"];
    const restic = (...args: string[]) => measure(RESTIC, [...common, ...args], env);
    await restic("init");
    await ours("create");
    // What was just written must not be on its way to the disk while somebody is measured.
    execFileSync("sync");
    const source = path.join(root, "source");
    const rows = new Map<Step, Row>();
    const borg = await startBorg(root);
    const step = async (name: Step, ourOperation: BorgStep, resticArgs: string[]): Promise<void> => {
      // By turns, so that neither always has the warmer cache.
      const resticFirst = (rows.size + round) % 2 === 0;
      let theirs = resticFirst ? await restic(...resticArgs) : null;
      execFileSync("sync");
      const our = await ours(ourOperation);
      execFileSync("sync");
      theirs ??= await restic(...resticArgs);
      const row = { ours: our, inServer: Number(our.output.trim().split("\n").at(-1)), restic: theirs };
      rows.set(name, row);
      print(name, row);
      execFileSync("sync");
      if (borg) printBorg(our, await borg(ourOperation));
    };
    header();
    await step("first", "backup", ["backup", source]);
    const sizes = [path.join(root, "ours"), path.join(root, "restic")].map(folderMiB) as [number, number];
    await step("nothing changed", "backup", ["backup", source]);
    await set.change(SIZE);
    saveCatalog();
    await step("1 % changed", "backup", ["backup", source]);
    await step("restore", "restore", ["restore", "latest", "--target", path.join(root, "restored-by-restic")]);
    compare(source, path.join(root, "restored-by-us"));
    await step("prune", "prune", ["forget", "--keep-last", "1", "--prune", "--max-unused", "0"]);
    await step("check", "check", ["check", "--read-data"]);
    const ratio = sizes[0] / sizes[1];
    console.log(
      `repository size after the first: ${sizes[0]} MiB, restic ${sizes[1]} MiB, ratio ${verdict("size", ratio)}`,
    );
    const peak = Math.max(...[...rows.values()].map((row) => row.ours.peakMiB));
    console.log(`largest memory: ${Math.round(peak)} MiB (${peak <= 400 ? "holds" : "misses"} 400)`);
    execFileSync(RESTIC, ["-r", path.join(root, "ours"), "--no-cache", "--quiet", "check", "--read-data"], { env });
    console.log("restic check --read-data of our repository: clean; what we restored: equal to the source");
    await set.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function header(): void {
  const columns = ["", "ours s", "in server s", "CPU s", "MiB", "restic s", "CPU s", "MiB", "ratio", "in server"];
  console.log(columns.map((column, i) => (i === 0 ? column.padEnd(16) : column.padStart(12))).join(""));
}

function print(name: Step, { ours, inServer, restic }: Row): void {
  const numbers = [
    ours.seconds.toFixed(2),
    inServer.toFixed(2),
    ours.cpuSeconds.toFixed(1),
    ours.peakMiB.toFixed(0),
    restic.seconds.toFixed(2),
    restic.cpuSeconds.toFixed(1),
    restic.peakMiB.toFixed(0),
    (ours.seconds / restic.seconds).toFixed(2),
    verdict(name, inServer / restic.seconds),
  ];
  console.log(name.padEnd(16) + numbers.map((number) => number.padStart(Math.max(12, number.length + 2))).join(""));
}

function printBorg(ours: Measured, borg: Measured): void {
  const { seconds, cpuSeconds, peakMiB } = borg;
  console.log(
    `  borg: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(1)} CPU s, ${peakMiB.toFixed(0)} MiB, ratio ${(ours.seconds / seconds).toFixed(2)}`,
  );
}

function verdict(name: string, ratio: number): string {
  const mark = MARKS[name];
  if (mark === undefined) return ratio.toFixed(2);
  return `${ratio.toFixed(2)} (${ratio <= mark ? "holds" : "misses"} ${mark})`;
}

function folderMiB(folder: string): number {
  return Math.round(Number(execFileSync("du", ["-sb", folder]).toString().split("\t")[0]) / MIB);
}

function compare(source: string, restored: string): void {
  execFileSync("diff", ["-r", "-q", source, restored]);
}
