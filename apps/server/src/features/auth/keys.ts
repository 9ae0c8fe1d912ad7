import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSigningKeys, importSigningKeys, mintApiKey, type SigningKeys } from "@holdfast/identity";
import { decodeProtectedHeader } from "jose";

export interface IdentityKeys {
  readonly signing: SigningKeys;
  /** What Supabase client libraries send as `apikey`; opens nothing by itself. */
  readonly anonKey: string;
  /** Opens the admin endpoints of `/auth/v1`. */
  readonly serviceRoleKey: string;
}

/**
 * The embedded service's keys: those of the settings, else those in `<dataDir>/keys/jwt-keys.json`, made at the first start. The two API
 * keys lie beside them for operators' own scripts, and are minted anew when their signing key is gone. Files are 0600, written whole;
 * of two processes that start at once both end with the keys of the first.
 */
export async function loadIdentityKeys(dataDir: string, configured: string | null): Promise<IdentityKeys> {
  const folder = join(dataDir, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const signing = await importSigningKeys(configured ?? (await readOrMakeSigningKeys(join(folder, "jwt-keys.json"))));
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

async function readOrMakeSigningKeys(path: string): Promise<string> {
  const present = await readText(path);
  if (present) return present;
  const made = JSON.stringify((await createSigningKeys()).privateJwks, null, 2);
  await createFile(path, made);
  return (await readText(path)) ?? made;
}

export async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, "utf8")).trim() || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Leaves a file that is there already as it is. */
async function createFile(path: string, text: string): Promise<void> {
  const draft = await writeDraft(path, text);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(draft, { force: true });
}

/** Replaces the file as a whole, readable by its owner alone. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await rename(await writeDraft(path, text), path);
}

async function writeDraft(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${text}\n`, { mode: 0o600, flag: "wx", flush: true });
  return draft;
}

function kidOf(token: string): string | null {
  try {
    return decodeProtectedHeader(token).kid ?? null;
  } catch {
    return null;
  }
}
