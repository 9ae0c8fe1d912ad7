import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { runningPostgresUrl } from "../../packages/postgres/src/index.ts";
import { signIn, testPassword } from "../support/person.ts";
import { childOf } from "../support/processes.ts";
import { startProduct } from "../support/product.ts";

const FOLDERS = Number(process.env.HOLDFAST_BENCH_FOLDERS ?? 1_000_000);
const WORDS = process.env.HOLDFAST_BENCH_WORDS !== "off";
const email = "bench@example.org";

/**
 * A person with a million empty folders (HOLDFAST_BENCH_FOLDERS) in three levels: what the worker needs of time and memory for a backup of the
 * account, one of the server, a copy that is too large, and to delete them all, and how long others wait meanwhile.
 * HOLDFAST_BENCH_WORDS=off leaves out what search knows of them, which takes longest to fill.
 */
export async function run(): Promise<void> {
  const env = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword, LOG_LEVEL: "warn" };
  const product = await startProduct({ env });
  const client = new pg.Client((await runningPostgresUrl(join(product.dataDir, "postgres"))) as string);
  try {
    await client.connect();
    const person = await signIn(product.url, email);
    const top = await fill(client, person.id);
    const request = async (method: string, path: string, body?: object) => {
      const answer = await person.fetch(path, {
        method,
        ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.status === 204 ? { id: "" } : ((await answer.json()) as { id: string; status: string });
    };
    /** Until `done`: seconds, the worker's largest memory, and the slowest listing of the root meanwhile. */
    const measure = async (what: string, begin: () => Promise<unknown>, done: () => Promise<boolean>) => {
      const worker = childOf(product.pid, "worker.ts");
      const begun = performance.now();
      let peak = 0;
      const waits: number[] = [];
      const begunBy = await begin();
      while (!(await done())) {
        peak = Math.max(
          peak,
          Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${worker}/status`, "utf8"))?.[1]) / 1024,
        );
        const asked = performance.now();
        await request("GET", "/api/v1/files?limit=10");
        waits.push(performance.now() - asked);
        await sleep(200);
      }
      waits.sort((a, b) => a - b);
      const p99 = waits[Math.floor(waits.length * 0.99)] ?? 0;
      const seconds = (performance.now() - begun) / 1000;
      console.log(
        `${what}: ${seconds.toFixed(1)} s, worker ${peak.toFixed(0)} MiB, a listing at p99 ${p99.toFixed(0)} ms`,
      );
      return begunBy;
    };
    const last = async (table: string) =>
      (await client.query<{ status: string }>(`select status from holdfast.${table} order by id desc limit 1`)).rows[0]
        ?.status;
    for (const scope of ["account", "account", "instance"]) {
      const body = { scope };
      await measure(
        `backup (${scope})`,
        () => request("POST", "/api/v1/backups", body),
        async () => {
          const status = await last("backups");
          if (status === "failed") throw new Error("The backup failed.");
          return status === "completed";
        },
      );
    }
    await measure(
      "copy",
      () => request("POST", `/api/v1/files/${top}/copy`, {}),
      async () => (await last("copies")) !== "running",
    );
    await measure(
      "delete for good",
      () => request("DELETE", `/api/v1/files/${top}?permanent=true`),
      async () => {
        const { rows } = await client.query("select from holdfast.files where id = $1", [top]);
        return rows.length === 0;
      },
    );
  } finally {
    await client.end();
    await product.stop();
  }
}

async function fill(client: pg.Client, userId: string): Promise<string> {
  const width = Math.ceil(Math.sqrt(FOLDERS));
  const begun = performance.now();
  await client.query("begin");
  if (!WORDS) await client.query("set local session_replication_role = replica");
  await client.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind) values (md5('top')::uuid, $1, $1, 'top', 'folder')`,
    [userId],
  );
  await client.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind)
     select md5('middle ' || n)::uuid, $1, md5('top')::uuid, 'middle ' || n, 'folder' from generate_series(0, $2::int - 1) n`,
    [userId, width],
  );
  await client.query(
    `insert into holdfast.files (id, space_id, parent_id, name, kind)
     select md5('low ' || n)::uuid, $1, md5('middle ' || n % $3::int)::uuid, 'low ' || n, 'folder' from generate_series(1, $2::int) n`,
    [userId, FOLDERS, width],
  );
  await client.query("insert into holdfast.usage_entries (space_id, bytes, entries, folders) values ($1, 0, $2, $2)", [
    userId,
    FOLDERS + width + 1,
  ]);
  await client.query("commit");
  await client.query("vacuum (analyze) holdfast.files");
  console.log(`${FOLDERS} folders, filled in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  const { rows } = await client.query<{ id: string }>("select md5('top')::uuid as id");
  return rows[0]?.id as string;
}
