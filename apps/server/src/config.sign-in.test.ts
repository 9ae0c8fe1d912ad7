import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, loadConfig } from "./config.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const PUBLIC_URL = "https://files.example.org";
const auth = (env: Record<string, string>) => loadConfig({ PUBLIC_URL, ...env }, folder).auth;

function mistakes(env: Record<string, string>): readonly string[] {
  try {
    loadConfig({ PUBLIC_URL, ...env }, folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

const client = { clientId: "id", clientSecret: "secret" };

test("providers by their own names, several at once; the one with settings of its own comes first", () => {
  const providers = [
    { id: "google", ...client, clientId: "web, ios" },
    { id: "github", ...client, scopes: ["read:org"] },
    { id: "keycloak", ...client, issuer: "https://id.example.org/realms/home/", name: "Work" },
    { id: "azure", ...client, issuer: "https://login.microsoftonline.com/0f0f" },
    { id: "home", ...client, issuer: "https://auth.example.org", trustEmail: true },
  ];
  const found = auth({
    HOLDFAST_AUTH_PROVIDERS: JSON.stringify(providers),
    HOLDFAST_AUTH_OIDC_ISSUER: "https://first.example.org",
    HOLDFAST_AUTH_OIDC_CLIENT_ID: "id",
    HOLDFAST_AUTH_OIDC_CLIENT_SECRET: "secret",
  }).providers;
  expect(found.map(({ id, name, kind, issuer }) => [id, name, kind, issuer])).toEqual([
    ["oidc", "first.example.org", "oidc", "https://first.example.org"],
    ["google", "Google", "oidc", "https://accounts.google.com"],
    ["github", "GitHub", "github", "https://github.com"],
    ["keycloak", "Work", "oidc", "https://id.example.org/realms/home"],
    ["azure", "Microsoft", "oidc", "https://login.microsoftonline.com/0f0f/v2.0"],
    ["home", "auth.example.org", "oidc", "https://auth.example.org"],
  ]);
  expect(found[1]).toMatchObject({ clientId: "web", otherClientIds: ["ios"] });
  expect(found[5]).toMatchObject({ trustEmail: true });
});

test.each([
  ["{", "HOLDFAST_AUTH_PROVIDERS must be a JSON array, such as"],
  ['{"id":"google"}', "HOLDFAST_AUTH_PROVIDERS must be a JSON array of objects"],
  ['[{"id":"google","clientId":"x"}]', 'the provider "google" has no valid "clientSecret".'],
  [[{ id: "Über", ...client }], 'the provider "Über" has no valid "id".'],
  [[{ id: "email", ...client }], 'the provider "email" needs another id'],
  [[{ id: "home", ...client }], 'the provider "home" needs "issuer", the address of its service.'],
  [[{ id: "google", ...client, url: "x" }], 'the provider "google" has an unknown field "url".'],
  [
    [
      { id: "google", ...client },
      { id: "google", ...client },
    ],
    'names the provider "google" twice.',
  ],
  [
    [{ id: "azure", ...client, issuer: "https://login.microsoftonline.com/common" }],
    'the provider "azure" needs the address of one tenant',
  ],
])("a provider that cannot be is named: %j", (given, sentence) => {
  const HOLDFAST_AUTH_PROVIDERS = typeof given === "string" ? given : JSON.stringify(given);
  const [found = "", ...more] = mistakes({ HOLDFAST_AUTH_PROVIDERS });
  expect(found).toContain(sentence);
  expect(found).not.toContain("secret.");
  expect(more).toEqual([]);
});

test("what is set under the names of Supabase Auth counts, where ours is not set", () => {
  const env = {
    GOTRUE_EXTERNAL_GOOGLE_ENABLED: "true",
    GOTRUE_EXTERNAL_GOOGLE_CLIENT_ID: "id",
    GOTRUE_EXTERNAL_GOOGLE_SECRET: "secret",
    GOTRUE_EXTERNAL_KEYCLOAK_ENABLED: "true",
    GOTRUE_EXTERNAL_KEYCLOAK_CLIENT_ID: "id",
    GOTRUE_EXTERNAL_KEYCLOAK_SECRET: "secret",
    GOTRUE_EXTERNAL_KEYCLOAK_URL: "https://id.example.org/realms/home",
    GOTRUE_EXTERNAL_GITHUB_ENABLED: "false",
    GOTRUE_EXTERNAL_GITHUB_CLIENT_ID: "id",
    GOTRUE_URI_ALLOW_LIST: "https://a.example.org/**, app://cb",
    GOTRUE_JWT_EXP: "1800",
    GOTRUE_JWT_SECRET: "a secret of at least thirty-two characters",
    GOTRUE_SMTP_MAX_FREQUENCY: "1m30s",
    GOTRUE_MAILER_OTP_EXP: "600",
    GOTRUE_MAILER_OTP_LENGTH: "8",
    GOTRUE_SECURITY_MANUAL_LINKING_ENABLED: "true",
    GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED: "false",
  };
  expect(auth(env)).toMatchObject({
    providers: [{ id: "google" }, { id: "keycloak", issuer: "https://id.example.org/realms/home" }],
    redirectUrls: ["https://a.example.org/**", "app://cb"],
    jwtExpiry: 1800,
    jwtSecret: env.GOTRUE_JWT_SECRET,
    mailInterval: 90,
    otpExpiry: 600,
    otpLength: 8,
    manualLinking: true,
    doubleConfirm: false,
    concealAccounts: true,
  });
  expect(auth({ ...env, HOLDFAST_AUTH_JWT_EXPIRY: "60" }).jwtExpiry).toBe(60);
  expect(mistakes({ ...env, GOTRUE_EXTERNAL_GOOGLE_SECRET: "" })[0]).toContain(
    'the provider "google" has no valid "clientSecret"',
  );
});

test("the secret of a Supabase is taken where no other is set", () => {
  const [one, other] = ["x".repeat(32), "y".repeat(32)];
  expect(auth({ SUPABASE_JWT_SECRET: one }).jwtSecret).toBe(one);
  expect(auth({ SUPABASE_JWT_SECRET: one, HOLDFAST_AUTH_JWT_SECRET: other }).jwtSecret).toBe(other);
});

test("a wrong key set is one of the mistakes, and says which key and what is wrong with it", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { ...privateKey.export({ format: "jwk" }), kid: "2026", key_ops: ["sign"] };
  expect(mistakes({ HOLDFAST_AUTH_JWT_KEYS: JSON.stringify({ keys: [key] }) })).toEqual([]);
  expect(mistakes({ HOLDFAST_AUTH_JWT_KEYS: JSON.stringify([{ ...key, d: undefined }]), PORT: "x" })).toEqual([
    'PORT must be a whole number from 0 to 65535, but is "x".',
    'HOLDFAST_AUTH_JWT_KEYS cannot be used: The key "2026" is marked to sign, but has no private part.',
  ]);
});

test("templates are read at start, and what cannot be read in them is named with its file", () => {
  const HOLDFAST_AUTH_MAIL_TEMPLATES = "mails";
  expect(mistakes({ HOLDFAST_AUTH_MAIL_TEMPLATES })[0]).toMatch(/mails cannot be read \(ENOENT\)\.$/);
  mkdirSync(join(folder, "mails"));
  expect(mistakes({ HOLDFAST_AUTH_MAIL_TEMPLATES })[0]).toContain("holds no template");
  const wrong: [string, string, string][] = [
    ["recovery.html", "<p>{{ .Secret }}</p>", "recovery.html: {{ .Secret }} is not known"],
    ["recovery.html", "<p>{{ if .Token }}</p>", "recovery.html: An {{ if }} has no {{ end }}."],
    ["recovery.html", "<a href={{ .ConfirmationURL }}>", "recovery.html: A value stands in a tag outside of quotes"],
    ["recovery.html", "<script>{{ .Token }}</script>", "recovery.html: A value stands within <script>"],
    ["recovery.html", '<p onclick="{{ .Token }}">', "recovery.html: A value stands in onclick"],
    ["subjects.json", '{"recover": "x"}', 'subjects.json: there is no mail "recover"'],
    ["subjects.json", "[", "subjects.json: It must be a JSON object of texts"],
  ];
  for (const [file, text, sentence] of wrong) {
    writeFileSync(join(folder, "mails", file), text);
    expect(mistakes({ HOLDFAST_AUTH_MAIL_TEMPLATES })[0]).toContain(`HOLDFAST_AUTH_MAIL_TEMPLATES: ${sentence}`);
    rmSync(join(folder, "mails", file));
  }
  writeFileSync(join(folder, "mails", "recovery.html"), '<a href="{{ .ConfirmationURL }}">Reset</a>');
  expect(mistakes({ HOLDFAST_AUTH_MAIL_TEMPLATES })).toEqual([]);
});

test("an access token does not outlive the session that was not used meanwhile", () => {
  const said = mistakes({ HOLDFAST_AUTH_SESSION_IDLE: "2h", HOLDFAST_AUTH_JWT_EXPIRY: "7200" });
  expect(said).toEqual([expect.stringMatching(/^HOLDFAST_AUTH_JWT_EXPIRY must be shorter/)]);
  expect(mistakes({ HOLDFAST_AUTH_SESSION_IDLE: "off", HOLDFAST_AUTH_JWT_EXPIRY: "604800" })).toEqual([]);
});
