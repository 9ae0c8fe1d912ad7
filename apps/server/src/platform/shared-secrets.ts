import { createHmac } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Queryable } from "./database/database.ts";
import { createFile, readText } from "./secret-files.ts";
import { findFingerprint, recordFingerprint, secretsSetting } from "./shared-secrets.queries.ts";

/** A secret of this data folder is not the installation's. `message` says which file, and what to do. */
export class SecretMismatch extends Error {
  override name = "SecretMismatch";
}

interface NewSecret {
  make(): string;
  /** 256 random bits, under which the fingerprint is made: from the database alone, no password can be guessed. Default: the secret. */
  key?: string;
}

/**
 * The text of a secret that all nodes of an installation share: the database has a fingerprint of it, which is entered at its first use. A node
 * with a data folder of its own makes none where another one has.
 * @throws SecretMismatch where the file is another one, or missing though there is one elsewhere
 */
export async function sharedSecret(
  db: Queryable,
  dataDir: string,
  name: string,
  { make, key }: NewSecret,
): Promise<string> {
  const path = join(dataDir, "keys", name);
  let secret = await readText(path);
  // Looked for again: a process of this very folder may have made it meanwhile.
  if (secret === null && (await findFingerprint.first(db, secretsSetting, name))?.fingerprint) {
    secret = await readText(path);
    if (secret === null) throw missing(path);
  }
  const made = secret === null;
  secret ??= await createFile(path, make());
  if (await isOurs(db, name, fingerprintOf(name, secret, key ?? secret))) return secret;
  if (!made) throw different(path);
  // Another node was first, at this very moment.
  await rm(path, { force: true });
  throw missing(path);
}

/** Compares what there is of a secret, and makes none. @throws SecretMismatch */
export async function compareSecret(db: Queryable, dataDir: string, name: string, key: string): Promise<void> {
  const path = join(dataDir, "keys", name);
  const secret = await readText(path);
  if (secret !== null) {
    if (!(await isOurs(db, name, fingerprintOf(name, secret, key)))) throw different(path);
  } else if ((await findFingerprint.first(db, secretsSetting, name))?.fingerprint) {
    throw missing(path);
  }
}

/** Enters the fingerprint where there is none. */
async function isOurs(db: Queryable, name: string, own: string): Promise<boolean> {
  const recorded = (await findFingerprint.first(db, secretsSetting, name))?.fingerprint;
  if (recorded) return recorded === own;
  return (await recordFingerprint.first(db, secretsSetting, name, own))?.fingerprint === own;
}

function fingerprintOf(name: string, secret: string, key: string): string {
  return createHmac("sha256", key).update(`holdfast fingerprint of ${name}\0${secret}`).digest("hex");
}

const remedy =
  "Copy it from the data folder of another node (or from where it was), or, if it is lost for good: npm run holdfast -- adopt-keys";

function different(path: string): SecretMismatch {
  return new SecretMismatch(`The file ${path} is not the one that this database was used with. ${remedy}`);
}

function missing(path: string): SecretMismatch {
  return new SecretMismatch(`The file ${path} is missing, and this database was used with one. ${remedy}`);
}
