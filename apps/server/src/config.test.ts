import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderConfiguration } from "./config.document.ts";
import { ConfigError, loadConfig, metaOf, settingNames } from "./config.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function mistakes(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env, folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

test("needs no setting at all", () => {
  const config = loadConfig({}, folder);
  expect(config).toMatchObject({
    port: 3000,
    publicUrl: null,
    dataDir: join(folder, "data"),
    role: "all",
    databaseUrl: null,
    trustProxy: false,
    signup: "closed",
    admin: null,
    storage: { driver: "local", folder: join(folder, "data", "objects") },
    supabase: null,
    auth: { autoconfirm: true, passwordMinLength: 8, reuseInterval: 10 },
  });
  expect(["::", "0.0.0.0"]).toContain(config.host);
});

test("mail with a password needs STARTTLS, unless it is said otherwise", () => {
  const required = (env: Record<string, string>) => loadConfig(env, folder).smtpRequireTls;
  expect(required({ SMTP_URL: "smtp://mail.example.org" })).toBe(false);
  expect(required({ SMTP_URL: "smtp://files:secret@mail.example.org" })).toBe(true);
  expect(required({ SMTP_URL: "smtp://files:secret@mail.example.org", SMTP_REQUIRE_TLS: "off" })).toBe(false);
  expect(required({ SMTP_URL: "smtp://mail.example.org", SMTP_REQUIRE_TLS: "on" })).toBe(true);
});

test("reads what is set, and takes an empty variable for an absent one", () => {
  const config = loadConfig(
    {
      PORT: "8080",
      PUBLIC_URL: "https://files.example.org/",
      HOLDFAST_DATA: "/srv/holdfast",
      TRUST_PROXY: "10.0.0.1, 192.168.0.0/16",
      SMTP_URL: "smtp://mail.example.org",
      HOLDFAST_DEFAULT_QUOTA: "20 GiB",
      SIGNUP: "",
    },
    folder,
  );
  expect(config).toMatchObject({
    port: 8080,
    publicUrl: "https://files.example.org",
    dataDir: "/srv/holdfast",
    trustProxy: ["10.0.0.1", "192.168.0.0/16"],
    mailFrom: "holdfast@files.example.org",
    signup: "closed",
    auth: { autoconfirm: false },
    limits: { defaultQuota: 20 * 2 ** 30 },
  });
});

test("takes a secret from a file", () => {
  writeFileSync(join(folder, "password"), "correct horse\n");
  const env = { HOLDFAST_ADMIN_EMAIL: "a@example.org", HOLDFAST_ADMIN_PASSWORD_FILE: "password" };
  expect(loadConfig(env, folder).admin).toEqual({ email: "a@example.org", password: "correct horse" });
  expect(mistakes({ ...env, HOLDFAST_ADMIN_PASSWORD: "other password" })).toEqual([
    "HOLDFAST_ADMIN_PASSWORD and HOLDFAST_ADMIN_PASSWORD_FILE are both set: keep one of them.",
  ]);
  expect(mistakes({ SMTP_URL_FILE: "nowhere" })).toEqual([
    "SMTP_URL_FILE names nowhere, which cannot be read (ENOENT).",
  ]);
});

test("names every mistake at once, each in one sentence", () => {
  expect(
    mistakes({
      PORT: "http",
      SIGNUP: "maybe",
      PUBLIC_URL: "https://a.example/files",
      STORAGE_DRIVER: "s3",
      S3_BUCKET: "b",
    }),
  ).toEqual([
    'PORT must be a whole number from 0 to 65535, but is "http".',
    'PUBLIC_URL must be an address without a path, such as https://files.example.org, but is "https://a.example/files".',
    'SIGNUP must be one of closed, invite, open, but is "maybe".',
    "STORAGE_DRIVER=s3 needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.",
  ]);
});

test.each([
  [{ TLS_CERT_FILE: "password" }, "TLS_CERT_FILE needs TLS_KEY_FILE."],
  [{ HOLDFAST_ADMIN_EMAIL: "a@example.org" }, "HOLDFAST_ADMIN_EMAIL needs HOLDFAST_ADMIN_PASSWORD."],
  [{ HOLDFAST_ROLE: "worker" }, "HOLDFAST_ROLE=worker needs DATABASE_URL."],
  [
    { SUPABASE_URL: "https://x.supabase.co" },
    "SUPABASE_URL needs SUPABASE_ANON_KEY and SUPABASE_SERVICE_ROLE_KEY and DATABASE_URL.",
  ],
  [
    { SUPABASE_ANON_KEY: `a.${Buffer.from('{"role":"service_role"}').toString("base64url")}.c` },
    "SUPABASE_ANON_KEY holds the service role (secret) key, with which every visitor could do everything.",
  ],
  [
    { STORAGE_DRIVER: "supabase" },
    'STORAGE_DRIVER must be local or s3 (Supabase Storage speaks S3: set s3, S3_ENDPOINT to SUPABASE_URL + /storage/v1/s3, and the S3 keys of its settings), but is "supabase".',
  ],
  [{ DATABASE_URL: "mysql://secret@host/db" }, "DATABASE_URL must begin with postgres:// or postgresql://."],
])("%j is refused, and a secret is not repeated", (env: Record<string, string>, sentence) => {
  expect(mistakes(env)).toContain(sentence);
});

test("every setting is described in the reference", () => {
  const text = renderConfiguration();
  for (const name of settingNames) {
    expect(text).toContain(`| \`${name}\` |`);
    expect(metaOf(name).description).toMatch(/[.)]$/);
  }
});
