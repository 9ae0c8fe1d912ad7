import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@holdfast/postgres";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** A superuser's connection string to the cluster that all tests of this run share. */
    databaseUrl: string;
  }
}

/** One real PostgreSQL for the whole run, in a temporary folder, without waiting for the disk. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // The tests ask an installation that runs already.
  if (process.env.HOLDFAST_TEST_URL) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "holdfast-tests-"));
  const postgres = await startPostgres({
    dataDir: join(folder, "postgres"),
    log: () => {},
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  });
  project.provide("databaseUrl", postgres.adminUrl);
  return async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
