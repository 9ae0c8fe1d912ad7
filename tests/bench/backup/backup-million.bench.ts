import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "@holdfast/postgres";
import pg from "pg";
import { createBackup } from "../../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { childOf } from "../../support/processes.ts";
import { startProduct } from "../../support/product.ts";
import { fillWithFiles, touchOneFolder } from "./many-rows.ts";

const FOLDERS = Number(process.env.HOLDFAST_BENCH_FOLDERS ?? 10_000);
const FILES = Number(process.env.HOLDFAST_BENCH_FILES ?? 100);
const ROUNDS = Number(process.env.HOLDFAST_BENCH_ROUNDS ?? 3);
const SEGMENTS = 1000;
const MARK_SECONDS = 2;

/**
 * A person with a million small files (HOLDFAST_BENCH_FOLDERS folders of HOLDFAST_BENCH_FILES each), backed up by the whole product: the first time,
 * with nothing changed, and with one folder changed. HOLDFAST_BENCH_KEEP names a folder that is used again, since the first takes minutes. Reading is the snapshot until it is stored and recorded; then comes its proof, for which
 * every tree is read back.
 */
export async function run(): Promise<void> {
  const kept = process.env.HOLDFAST_BENCH_KEEP;
  const folder = kept ?? mkdtempSync(join(process.env.HOLDFAST_BENCH_FOLDER ?? tmpdir(), "holdfast-bench-"));
  const filled = existsSync(join(folder, "data"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {} });
  try {
    const email = "bench@example.org";
    const product = await startProduct({
      dataDir: join(folder, "data"),
      env: {
        DATABASE_URL: postgres.adminUrl,
        HOLDFAST_ADMIN_EMAIL: email,
        HOLDFAST_ADMIN_PASSWORD: testPassword,
        LOG_LEVEL: "warn",
      },
    });
    const client = new pg.Client(postgres.adminUrl);
    await client.connect();
    try {
      const person = await signIn(product.url, email);
      if (!filled) {
        await Promise.all(Array.from({ length: 16 }, (_, i) => putSamples(person, i, SEGMENTS / 16)));
        await measureBackup(person, client, product.pid, "the samples");
        await fillWithFiles(client, person.id, { filesPerFolder: FILES, folders: FOLDERS });
        console.log(`${FOLDERS * FILES} files in ${FOLDERS} folders`);
        await measureBackup(person, client, product.pid, "first");
      }
      for (let round = 1; round <= ROUNDS; round++) {
        const seconds = await measureBackup(person, client, product.pid, "nothing changed");
        if (seconds > MARK_SECONDS) console.log(`  misses the mark of ${MARK_SECONDS} s`);
      }
      await touchOneFolder(client);
      await measureBackup(person, client, product.pid, "one folder changed");
    } finally {
      await client.end();
      await product.stop();
    }
  } finally {
    await postgres.stop();
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function putSamples(person: Person, from: number, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await person.put(`sample ${from} ${i}`, `${from} ${i} `.repeat(200));
}

/** Returns the seconds until the snapshot was stored. */
async function measureBackup(person: Person, client: pg.Client, pid: number, name: string): Promise<number> {
  const { id } = await person.call(createBackup, { body: { scope: "account" } });
  let stored: number | null = null;
  for (;;) {
    const { rows } = await client.query<{
      status: string;
      phase: string;
      error: string;
      started: number | null;
      now: number;
    }>(
      `select status, phase, error, extract(epoch from started_at)::float8 as started, extract(epoch from clock_timestamp())::float8 as now
       from holdfast.backups where id = $1`,
      [id],
    );
    const row = rows[0];
    if (row === undefined) throw new Error("The backup is gone.");
    const seconds = row.started === null ? 0 : row.now - row.started;
    if (row.phase === "verifying") stored ??= seconds;
    if (row.status === "completed") {
      const snapshot = stored ?? seconds;
      console.log(
        `${name.padEnd(20)} ${snapshot.toFixed(2).padStart(7)} s, with its proof ${seconds.toFixed(2).padStart(7)} s, worker's peak ${peakOf(pid)} MiB`,
      );
      return snapshot;
    }
    if (row.status !== "queued" && row.status !== "running") throw new Error(`${row.status}: ${row.error}`);
    await sleep(10);
  }
}

/** Largest resident set so far of the process that does the work, in MiB. */
function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${childOf(pid, "worker")}/status`, "latin1");
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
}
