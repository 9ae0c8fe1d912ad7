import { execFile } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackup } from "../../../packages/contract/src/index.ts";
import { cli } from "../../support/product.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { backupEnded } from "../backups/support.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

function verify(): Promise<{ code: number; text: string }> {
  const env = { ...process.env, HOLDFAST_DATA: server.dataDir, DATABASE_URL: server.database.url, LOG_LEVEL: "error" };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, "audit", "verify"], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, text: stdout + stderr }),
    );
  });
}

test("the command finds a missing row, and a chain that was made again by the server backup", async () => {
  const { pool } = server.services;
  const { rows } = await pool.query<{ day: string }>(
    `insert into holdfast.audit_log (id, occurred_at, action) select gen_random_uuid(),
       date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '60 hours' + make_interval(secs => n), 'file.upload'
     from generate_series(0, 2) n returning (occurred_at at time zone 'UTC')::date::text as day`,
  );
  const day = rows[0]?.day as string;
  await server.runJob("platform.seal-log");
  const { id } = await server.admin.call(createBackup, { body: { scope: "instance" } });
  await backupEnded(server.admin, id);
  await pool.query(
    "delete from holdfast.audit_log where id = (select id from holdfast.audit_log where occurred_at < now() - interval '2 days' order by id limit 1)",
  );
  const missing = await verify();
  expect(missing.code).toBe(1);
  expect(missing.text).toContain(`${day} changes: the entry `);
  expect(missing.text).toContain("is missing");
  expect(missing.text).toContain("1 place is not as sealed");
  expect(missing.text).toMatch(/Compared with the server backup of .* seals are in it/);

  await pool.query("delete from holdfast.audit_days");
  await server.runJob("platform.seal-log");
  const forged = await verify();
  expect(forged.code).toBe(1);
  expect(forged.text).toContain(`${day} changes: the seal is not the one in the server backup`);
  expect(forged.text).not.toContain("is missing");
}, 240_000);
