import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readTemplates } from "@holdfast/identity";
import type { Settings } from "./config.schema.ts";

/** What settings say against each other, and files that they name and cannot be read: a sentence each. */
export function findContradictions(set: Settings, cwd: string): string[] {
  const mistakes: string[] = [];
  const together = (names: (keyof Settings)[], why: string) => {
    const missing = names.filter((name) => set[name] === undefined);
    if (missing.length > 0) mistakes.push(`${why} needs ${missing.join(" and ")}.`);
  };
  const pair = (one: keyof Settings, other: keyof Settings) => {
    if (set[one] !== undefined) together([other], one);
    if (set[other] !== undefined) together([one], other);
  };
  pair("TLS_CERT_FILE", "TLS_KEY_FILE");
  pair("HOLDFAST_ADMIN_EMAIL", "HOLDFAST_ADMIN_PASSWORD");
  if (set.STORAGE_DRIVER === "s3") {
    together(["S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"], "STORAGE_DRIVER=s3");
  }
  if (set.SUPABASE_URL !== undefined) {
    together(["SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY", "DATABASE_URL"], "SUPABASE_URL");
  }
  if (set.SUPABASE_ANON_KEY !== undefined && isSecretKey(set.SUPABASE_ANON_KEY)) {
    mistakes.push(
      "SUPABASE_ANON_KEY holds the service role (secret) key, with which every visitor could do everything.",
    );
  }
  if (set.HOLDFAST_AUTH_OIDC_ISSUER !== undefined) {
    const needed = ["HOLDFAST_AUTH_OIDC_CLIENT_ID", "HOLDFAST_AUTH_OIDC_CLIENT_SECRET", "PUBLIC_URL"] as const;
    together([...needed], "HOLDFAST_AUTH_OIDC_ISSUER");
  }
  if (set.HOLDFAST_AUTH_PROVIDERS !== undefined) {
    together(["PUBLIC_URL"], "HOLDFAST_AUTH_PROVIDERS");
    const others: unknown = set.HOLDFAST_AUTH_PROVIDERS;
    const ownId = Array.isArray(others) && others.some(({ id }) => id === "oidc");
    if (ownId && set.HOLDFAST_AUTH_OIDC_ISSUER !== undefined) {
      mistakes.push('HOLDFAST_AUTH_PROVIDERS has a provider "oidc", which HOLDFAST_AUTH_OIDC_ISSUER names already.');
    }
  }
  if (set.HOLDFAST_AUTH_MAIL_TEMPLATES !== undefined) {
    try {
      readTemplates(resolve(cwd, set.HOLDFAST_AUTH_MAIL_TEMPLATES));
    } catch (error) {
      mistakes.push(`HOLDFAST_AUTH_MAIL_TEMPLATES: ${(error as Error).message}`);
    }
  }
  const idle = set.HOLDFAST_AUTH_SESSION_IDLE ?? 0;
  if (idle > 0 && (set.HOLDFAST_AUTH_JWT_EXPIRY ?? 3600) >= idle) {
    mistakes.push(
      "HOLDFAST_AUTH_JWT_EXPIRY must be shorter than HOLDFAST_AUTH_SESSION_IDLE: a session is used when it is renewed.",
    );
  }
  if (set.HOLDFAST_ROLE === "api" || set.HOLDFAST_ROLE === "worker") {
    together(["DATABASE_URL"], `HOLDFAST_ROLE=${set.HOLDFAST_ROLE}`);
  }
  if (set.HOLDFAST_ROLE === "web") together(["HOLDFAST_API_URL"], "HOLDFAST_ROLE=web");
  for (const name of ["TLS_CERT_FILE", "TLS_KEY_FILE"] as const) {
    const file = set[name];
    if (file === undefined) continue;
    try {
      readFileSync(resolve(cwd, file));
    } catch (error) {
      mistakes.push(`${name} names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
  }
  return mistakes;
}

/** Of either form of Supabase's keys: `sb_secret_…`, or a token for the role. */
function isSecretKey(key: string): boolean {
  if (key.startsWith("sb_secret_")) return true;
  try {
    return JSON.parse(Buffer.from(key.split(".")[1] ?? "", "base64url").toString()).role === "service_role";
  } catch {
    return false;
  }
}
