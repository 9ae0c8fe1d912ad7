import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  backupHealth,
  createBackup,
  createBackupTarget,
  type File,
  rehearseNow,
} from "../../../packages/contract/src/index.ts";
import { type SupabaseStandIn, startSupabase } from "../../support/auth/supabase.ts";
import { createSupabaseProject, type SupabaseProject } from "../../support/auth/supabase-project.ts";
import { signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { holdfastWith } from "./drill.ts";
import { expectEverybody, fillWithPeople, type PeopleBefore } from "./people.ts";
import { backupEnded, passwordOf } from "./support.ts";

/**
 * An instance that a Supabase signs people in to is lost, and comes back in both kinds of installation; one of ours comes back in a Supabase.
 * Each time everyone signs in again: with a password, with a second factor, by a token, and not at all where the account is disabled.
 */
const settings = {
  SIGNUP: "open",
  HOLDFAST_AUTH_RATE_LIMIT: "0",
  HOLDFAST_ADMIN_EMAIL: "admin@example.org",
  HOLDFAST_ADMIN_PASSWORD: testPassword,
};
let folder: string;
let safe: string;
let passwordFile: string;
let lost: Product;
let before: PeopleBefore;
const projects: { project: SupabaseProject; standIn: SupabaseStandIn }[] = [];
const running: Product[] = [];

/** A project of Supabase with nobody in it, and what Holdfast is told to use it. */
async function openProject() {
  const project = await createSupabaseProject();
  const standIn = await startSupabase(project.adminUrl);
  projects.push({ project, standIn });
  return { project, env: { ...standIn.env, DATABASE_URL: project.url } };
}

async function start(env: Record<string, string>, dataDir?: string): Promise<Product> {
  const product = await startProduct({ env: { ...settings, ...env }, ...(dataDir ? { dataDir } : {}) });
  running.push(product);
  return product;
}

async function backUpInstance(product: Product, place: string): Promise<void> {
  const admin = await signIn(product.url, "admin@example.org");
  const { id: targetId } = await admin.call(createBackupTarget, {
    body: { kind: "local", name: place, folder: place },
  });
  const { id } = await admin.call(createBackup, { body: { scope: "instance", targetId } });
  expect(await backupEnded(admin, id)).toMatchObject({ status: "completed", error: null });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-supabase-restore-"));
  safe = join(folder, "safe");
  passwordFile = join(folder, "password.txt");
  const { env } = await openProject();
  lost = await start(env);
  before = await fillWithPeople(lost.url);
  await backUpInstance(lost, safe);
  await writeFile(passwordFile, passwordOf(lost.dataDir));
});
afterAll(async () => {
  for (const product of running) await product.stop();
  for (const { project, standIn } of projects) {
    await standIn.close();
    await project.drop();
  }
  await rm(folder, { recursive: true, force: true });
});

const restoreArgs = (place: string) => ["restore", "--target", place, "--password-file", passwordFile];

test("a rehearsal proves the backup", async () => {
  const admin = await signIn(lost.url, "admin@example.org");
  await admin.call(rehearseNow, {});
  const last = async () => (await admin.call(backupHealth, {})).lastRehearsal;
  await expect.poll(async () => (await last())?.status, { timeout: 60_000 }).toMatch(/completed|failed/);
  expect(await last()).toMatchObject({ status: "completed", error: null });
});

test("it comes back where the embedded service signs people in, and from there in another Supabase project", async () => {
  const dataDir = join(folder, "embedded");
  const restored = await holdfastWith({ HOLDFAST_DATA: dataDir }, ...restoreArgs(safe));
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining("all checked") });
  const embedded = await start({}, dataDir);
  await expectEverybody(embedded.url, before, "ann");

  const again = join(folder, "again");
  await backUpInstance(embedded, again);
  const { env } = await openProject();
  const target = join(folder, "supabase");
  const back = await holdfastWith({ ...env, HOLDFAST_DATA: target }, ...restoreArgs(again));
  expect(back).toMatchObject({ code: 0, output: expect.stringContaining("all checked") });
  await expectEverybody((await start(env, target)).url, before, "dora");
}, 300_000);

test("it comes back in another Supabase project, on the set-up page", async () => {
  const { env } = await openProject();
  const { HOLDFAST_ADMIN_EMAIL: _, HOLDFAST_ADMIN_PASSWORD: __, ...noAdmin } = settings;
  const product = await startProduct({ env: { ...noAdmin, ...env } });
  running.push(product);
  const post = async (path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(`${product.url}/api/v1/setup/restore${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: product.url },
      body: JSON.stringify({ token: product.setupToken, place: safe, password: passwordOf(lost.dataDir), ...body }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const found = await post("/snapshots", {});
  const [snapshot] = found.body.items as { id: string; accounts: number; problem: string | null }[];
  expect(snapshot).toMatchObject({ accounts: 5, problem: null });
  expect((await post("", { snapshotId: snapshot?.id })).status).toBe(202);
  await expect
    .poll(async () => (await post("/progress", {}).catch(() => null))?.body.code, { timeout: 60_000 })
    .toBe("setup_done");
  await expectEverybody(product.url, before, "emil");
}, 120_000);

test("accounts that the project has keep what they have; an address that is somebody else's there is named, and nothing is changed", async () => {
  const { project, env } = await openProject();
  const args = restoreArgs(safe);
  const dataDir = join(folder, "taken");
  await project.query(
    `insert into auth.users (id, instance_id, aud, role, email, created_at, updated_at, is_sso_user, is_anonymous)
     values (gen_random_uuid(), '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated', 'ann@example.org', now(), now(), false, false)`,
  );
  const refused = await holdfastWith({ ...env, HOLDFAST_DATA: dataDir }, ...args);
  expect(refused.code).toBe(1);
  expect(refused.output).toContain("ann@example.org");
  expect(refused.output).not.toMatch(/\n\s+at /);
  expect(await project.query("select email from auth.users")).toEqual([{ email: "ann@example.org" }]);

  // The same account, with a password that was changed after the backup.
  await project.query("delete from auth.users");
  const later = "a password of later";
  const other = await openProject();
  const first = await holdfastWith({ ...other.env, HOLDFAST_DATA: join(folder, "first") }, ...args);
  expect(first.code).toBe(0);
  const changed = await start(other.env, join(folder, "first"));
  const ben = await signIn(changed.url, "ben@example.org");
  const answer = await ben.fetch("/api/v1/auth/password", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ currentPassword: testPassword, newPassword: later }),
  });
  expect(answer.status).toBe(204);
  await changed.stop();
  const full = await holdfastWith({ ...other.env, HOLDFAST_DATA: join(folder, "second") }, ...args);
  expect(full).toMatchObject({ code: 1, output: expect.stringContaining("empty installation") });
  // Holdfast's own tables and files are gone; the project, with everyone in it, is not.
  await other.project.query("drop schema holdfast cascade; drop schema pgboss cascade");
  const back = await holdfastWith({ ...other.env, HOLDFAST_DATA: join(folder, "second") }, ...args);
  expect(back).toMatchObject({ code: 0 });
  const product = await start(other.env, join(folder, "second"));
  const same = await signIn(product.url, "ben@example.org", later);
  const file = before.files.get("ben@example.org") as File;
  expect((await same.read(file.id)).toString()).toBe("ben's");
}, 300_000);

test("a database user from whom accounts are hidden makes no backup without them", async () => {
  const { project, standIn } = projects[0]!;
  const { username: user } = new URL(project.url);
  const env = { ...standIn.env, DATABASE_URL: project.url, HOLDFAST_DATA: lost.dataDir };
  await project.query(`alter role ${user} nobypassrls`);
  const failed = await holdfastWith(env, "backup");
  await project.query(`alter role ${user} bypassrls`);
  expect(failed).toMatchObject({ code: 1, output: expect.stringContaining("cannot read all of auth.") });
  expect(failed.output).toContain(`alter role "${user}" bypassrls`);
  expect(await holdfastWith(env, "backup")).toMatchObject({ code: 0, output: expect.stringContaining("verified") });
});
