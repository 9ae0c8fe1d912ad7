import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { measure } from "./measure.ts";

const BLOBS = Number(process.env.HOLDFAST_BENCH_BLOBS ?? 5_000_000);
const CHILD = fileURLToPath(new URL("./index-child.ts", import.meta.url));

interface Figures {
  blobs: number;
  loadSeconds: number;
  /** MiB: resident before and after, buffers of the tables, and what check and prune need besides. */
  before: number;
  after: number;
  tables: number;
  contents: number;
}

/** What an index of millions of blobs (HOLDFAST_BENCH_BLOBS, 5,000,000 by default) takes in time and memory. */
export async function run(): Promise<void> {
  const root = mkdtempSync(path.join(process.env.HOLDFAST_BENCH_FOLDER ?? os.tmpdir(), "holdfast-bench-"));
  try {
    const args = [root, String(BLOBS), randomBytes(32).toString("hex")];
    await measure(process.execPath, [CHILD, "write", ...args], process.env);
    const { output, peakMiB } = await measure(process.execPath, [CHILD, "read", ...args], process.env);
    const { blobs, loadSeconds, before, after, tables, contents } = JSON.parse(output) as Figures;
    console.log(`${blobs} blobs: read in ${loadSeconds.toFixed(1)} s`);
    console.log(`tables ${tables.toFixed(0)} MiB (${((tables * 1024 ** 2) / blobs).toFixed(1)} bytes a blob)`);
    console.log(`for check and prune ${contents.toFixed(0)} MiB more (${((contents * 1024 ** 2) / blobs).toFixed(1)})`);
    console.log(`resident: ${before.toFixed(0)} MiB before, ${after.toFixed(0)} after, at most ${peakMiB.toFixed(0)}`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
