import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cli, type Product, startProduct } from "../../support/product.ts";

/** `holdfast doctor` beside a running Holdfast, and on its data folder when it is stopped. */
let dataDir: string;
let product: Product;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "holdfast-doctor-"));
  product = await startProduct({ dataDir });
}, 300_000);
afterAll(async () => {
  await product?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function doctor(env: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  const settings = { PATH: process.env.PATH ?? "", HOLDFAST_DATA: dataDir, HOST: "127.0.0.1", PORT: "0", ...env };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [cli, "doctor"], { env: settings });
    return { code: 0, text: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

test("beside a running Holdfast", async () => {
  const { code, text } = await doctor();
  expect(text).toMatch(/^Holdfast \d+\.\d+\.\d+/);
  for (const line of [
    /^ok +Holdfast is running on /m,
    /^ok +The schema is up to date \(\d{14}\)\.$/m,
    /^ok +The file store can be written and read\.$/m,
    /^ok +A worker is alive\.$/m,
    /^ok +The secrets of the data folder are those of the database\.$/m,
    /^ok +The clocks of this machine and of the database differ by 0\.\d s\.$/m,
    /^problem +There is no backup of the server yet/m,
  ])
    expect(text).toMatch(line);
  // There is no backup: that is a problem.
  expect(code).toBe(1);
}, 180_000);

test("without one, with what is wrong and what to do", async () => {
  await product.stop();
  await writeFile(join(dataDir, "keys", "link-key"), "another one");
  const { code, text } = await doctor({ SMTP_HOST: "mail.example.org" });
  expect(code).toBe(1);
  expect(text).toMatch(/^ok +Holdfast is not running\. Port \d+ is free\.$/m);
  expect(text).toMatch(
    /^problem +The secrets of the data folder are not those of the database\.\n +The file .*link-key is not the one/m,
  );
  expect(text).toMatch(/^warning +SMTP_HOST is set, but Holdfast has no such setting/m);
}, 180_000);

test("with settings that cannot be used, or a database that does not answer", async () => {
  const wrong = await doctor({ PORT: "many", TLS_CERT_FILE: "/nowhere" });
  expect(wrong.code).toBe(1);
  expect(wrong.text).toMatch(/^problem +PORT must be a whole number/m);
  const away = await doctor({ DATABASE_URL: "postgres://u:secret@127.0.0.1:1/x" });
  expect(away.code).toBe(1);
  expect(away.text).not.toContain("secret");
  expect(away.text).toMatch(/^problem +The database at 127\.0\.0\.1:1 cannot be used/m);
}, 180_000);

test("on a folder with nothing in it", async () => {
  const { code, text } = await doctor({ HOLDFAST_DATA: join(dataDir, "new") });
  expect(text).toMatch(/is made at the first start/);
  expect(code).toBe(0);
}, 180_000);
