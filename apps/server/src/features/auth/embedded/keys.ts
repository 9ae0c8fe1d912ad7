import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createSigningKeys, explainKeySet, importSigningKeys, mintApiKey, type SigningKeys } from "@holdfast/identity";
import { decodeProtectedHeader } from "jose";
import type { Config } from "../../../config.ts";
import { createFile, readText, replaceFile } from "../../../platform/secret-files.ts";

export interface IdentityKeys {
  readonly signing: SigningKeys;
  /** What Supabase client libraries send as `apikey`; opens nothing by itself. */
  readonly anonKey: string;
  /** Opens the admin endpoints of `/auth/v1`. */
  readonly serviceRoleKey: string;
}

/**
 * The embedded service's keys: those of the settings, else those in `<dataDir>/keys/jwt-keys.json`, made at the first start. The two API
 * keys lie beside them for operators' own scripts, and are minted again when their signing key is gone. Files are 0600, written whole;
 * of two processes that start at once both end with the keys of the first.
 */
export async function loadIdentityKeys(
  dataDir: string,
  { jwtKeys, jwtSecret }: Pick<Config["auth"], "jwtKeys" | "jwtSecret">,
): Promise<IdentityKeys> {
  const folder = join(dataDir, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const set = jwtKeys ?? (await readOrMakeSigningKeys(join(folder, "jwt-keys.json")));
  const atRest = await readOrMakeAtRest(join(folder, "refresh-token-key"));
  const signing = await importSigningKeys(set, { atRest, ...(jwtSecret === null ? {} : { secret: jwtSecret }) });
  const apiKey = async (file: string, role: "anon" | "service_role") => {
    const path = join(folder, file);
    const present = await readText(path);
    if (present && signing.verifying.has(kidOf(present) ?? "")) return present;
    const minted = await mintApiKey(signing, role);
    await replaceFile(path, minted);
    return minted;
  };
  return {
    signing,
    anonKey: await apiKey("anon-key", "anon"),
    serviceRoleKey: await apiKey("service-role-key", "service_role"),
  };
}

/** The message is one sentence on which key cannot be used, and why. */
export class KeySetError extends Error {
  override name = "KeySetError";
}

async function readOrMakeSigningKeys(path: string): Promise<string> {
  const present = await readText(path);
  if (present) {
    const why = explainKeySet(present);
    if (why !== null) throw new KeySetError(`${path} cannot be used: ${why}`);
    return present;
  }
  const made = JSON.stringify((await createSigningKeys()).privateJwks, null, 2);
  return createFile(path, made);
}

/** Lies beside the signing keys and not in them: these may be replaced, and nobody is signed out. */
async function readOrMakeAtRest(path: string): Promise<Buffer> {
  const text = (await readText(path)) ?? (await createFile(path, randomBytes(32).toString("base64url")));
  const key = Buffer.from(text, "base64url");
  if (key.length === 32) return key;
  throw new KeySetError(
    `${path} must hold 32 bytes in base64url. Without the file, a new one is made, and everybody signs in again.`,
  );
}

function kidOf(token: string): string | null {
  try {
    return decodeProtectedHeader(token).kid ?? null;
  } catch {
    return null;
  }
}
