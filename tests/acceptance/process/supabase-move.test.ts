import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startAuthServer } from "../../support/auth/auth-server.ts";
import { startSupabase } from "../../support/auth/supabase.ts";
import { createMigratedDatabase, type TestDatabase } from "../../support/database.ts";
import { registerPerson, signIn, testPassword } from "../../support/person.ts";
import { cli } from "../../support/product.ts";

let home: TestDatabase;
let supabase: TestDatabase;
let folder: string;
beforeAll(async () => {
  home = await createMigratedDatabase();
  supabase = await createMigratedDatabase();
  folder = await mkdtemp(join(tmpdir(), "holdfast-move-"));
  await writeFile(join(folder, "url.txt"), `${supabase.url}\n`);
});
afterAll(async () => {
  await home.drop();
  await supabase.drop();
  await rm(folder, { recursive: true, force: true });
});

/** The operator's command, in a process of its own. */
function holdfast(...args: string[]): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env.PATH ?? "", HOLDFAST_DATA: join(folder, "data"), DATABASE_URL: home.url };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

async function accounts(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("select count(*)::int as n from auth.users");
  await client.end();
  return rows[0].n as number;
}

test("somebody who signed up at home signs in by the same password once the accounts are with Supabase", async () => {
  const embedded = await startAuthServer({ env: { SIGNUP: "open" }, database: home });
  const ada = await registerPerson(embedded.url, "ada");
  await embedded.close();

  const file = ["--database-url-file", join(folder, "url.txt")];
  const dry = await holdfast("supabase", "push", ...file);
  expect(dry).toMatchObject({ code: 0, output: expect.stringContaining("users: 1 read, 1 new") });
  expect(dry.output).not.toContain(supabase.url);
  expect(await accounts(supabase.url)).toBe(0);
  expect(await holdfast("supabase", "push", ...file, "--apply")).toMatchObject({ code: 0 });

  const standIn = await startSupabase(supabase.url);
  const remote = await startAuthServer({ env: standIn.env, database: supabase });
  const there = await signIn(remote.url, ada.email, testPassword);
  expect(there.id).toBe(ada.id);
  await remote.close();
  await standIn.close();

  const back = await holdfast("supabase", "pull", ...file, "--apply");
  expect(back).toMatchObject({ code: 0, output: expect.stringMatching(/users: 1 read, 0 new, 1 changed/) });
}, 60_000);

test("a file without a connection string is told so", async () => {
  await writeFile(join(folder, "wrong.txt"), "hello");
  const { code, output } = await holdfast("supabase", "push", "--database-url-file", join(folder, "wrong.txt"));
  expect(code).toBe(1);
  expect(output).toContain("does not hold a connection string");
});

test("a missing file and a database that does not answer are a sentence each", async () => {
  await writeFile(join(folder, "there.txt"), "postgres://a:b@127.0.0.1:9/x");
  for (const [file, sentence] of [
    ["missing.txt", /^\S*missing\.txt cannot be read \(ENOENT\)[^\n]*\n$/],
    ["there.txt", /^The database at 127\.0\.0\.1:9 does not answer \(ECONNREFUSED\): check \S*there\.txt[^\n]*\n$/],
  ] as const) {
    const answer = await holdfast("supabase", "push", "--database-url-file", join(folder, file));
    expect(answer).toEqual({ code: 1, output: expect.stringMatching(sentence) });
  }
}, 60_000);
