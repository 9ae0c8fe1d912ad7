import { randomBytes, scrypt } from "node:crypto";
import os from "node:os";
import type { ObjectStore } from "@holdfast/storage";
import { Cipher, type MasterKey, sha256Hex } from "../crypto/cipher.ts";
import { damaged, RepositoryError } from "../errors.ts";
import { readAtMost } from "./files.ts";
import { isId } from "./ids.ts";

/** scrypt with 32 MiB of memory, three times over: about 0.25 s a guess. The password that Holdfast makes itself needs none of it. */
const SCRYPT = { N: 32768, r: 8, p: 3 };
/** What a key file may ask of us, in bytes and in work (`N * r * p`): forty times what ours take. restic's own calibration stays far below. */
const MAX_MEMORY = 1024 * 1024 * 1024;
const MAX_WORK = 40 * SCRYPT.N * SCRYPT.r * SCRYPT.p;
/** Bytes of a key file; a few hundred are usual. */
const LARGEST = 64 * 1024;
/** Keys that a password is tried on, as with restic. */
const MOST_KEYS = 20;

/** A file below `keys/`: the master key, sealed with a password. */
interface KeyFile {
  created: string;
  username: string;
  hostname: string;
  kdf: string;
  N: number;
  r: number;
  p: number;
  salt: string;
  data: string;
}

export interface KeyInfo {
  id: string;
  username: string;
  hostname: string;
  created: Date;
}

export function randomMasterKey(): MasterKey {
  const [encrypt, macK, macR] = [randomBytes(32), randomBytes(16), randomBytes(16)];
  // Poly1305 takes r only with these bits clear.
  for (const i of [3, 7, 11, 15]) macR.writeUInt8(macR.readUInt8(i) & 0x0f, i);
  for (const i of [4, 8, 12]) macR.writeUInt8(macR.readUInt8(i) & 0xfc, i);
  return { encrypt, macK, macR };
}

/** Stores the master key under one more password. Returns the new key's id. */
export async function storeKey(store: ObjectStore, master: MasterKey, password: string): Promise<string> {
  const salt = randomBytes(64);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
  const secret = { mac: { k: base64(master.macK), r: base64(master.macR) }, encrypt: base64(master.encrypt) };
  const cipher = new Cipher(await deriveKey(password, salt, SCRYPT));
  const file: KeyFile = {
    created: new Date().toISOString(),
    username: username(),
    hostname: os.hostname(),
    kdf: "scrypt",
    ...SCRYPT,
    salt: base64(salt),
    data: base64(cipher.seal(Buffer.from(JSON.stringify(secret)))),
  };
  const bytes = Buffer.from(JSON.stringify(file));
  const id = sha256Hex(bytes);
  await store.put(`keys/${id}`, bytes);
  return id;
}

/** Tries the password on every key, newest last. @throws RepositoryError "wrong_password" or "no_repository". */
export async function openKey(store: ObjectStore, password: string): Promise<{ id: string; master: MasterKey }> {
  const ids = await listKeyIds(store);
  if (ids.length === 0) throw new RepositoryError("no_repository", "There is no repository in this place.");
  let broken: Error | undefined;
  for (const id of ids.slice(0, MOST_KEYS)) {
    try {
      const master = await tryKey(await readKeyFile(store, id), password);
      if (master !== null) return { id, master };
    } catch (error) {
      broken = error as Error;
    }
  }
  if (broken !== undefined) throw broken;
  throw new RepositoryError("wrong_password", "The password opens no key of this repository.");
}

export async function listKeys(store: ObjectStore): Promise<KeyInfo[]> {
  const keys: KeyInfo[] = [];
  for (const id of await listKeyIds(store)) {
    const { username, hostname, created } = await readKeyFile(store, id);
    keys.push({ id, username, hostname, created: new Date(created) });
  }
  return keys.sort((a, b) => a.created.getTime() - b.created.getTime());
}

/** Calls `onProblem` for every key that is not as it was written, whatever its password. */
export async function checkKeys(store: ObjectStore, onProblem: (id: string, error: Error) => void): Promise<void> {
  for (const id of await listKeyIds(store)) {
    await readKeyFile(store, id).catch((error: Error) => onProblem(id, error));
  }
}

async function listKeyIds(store: ObjectStore): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of store.list("keys/")) {
    const id = key.slice("keys/".length);
    if (isId(id)) ids.push(id);
  }
  return ids;
}

async function readKeyFile(store: ObjectStore, id: string): Promise<KeyFile> {
  const bytes = await readAtMost(store, `keys/${id}`, LARGEST);
  if (sha256Hex(bytes) !== id) throw damaged(`The key ${id.slice(0, 8)} is damaged.`);
  let file: KeyFile;
  try {
    file = JSON.parse(bytes.toString()) as KeyFile;
  } catch (error) {
    throw damaged(`The key ${id.slice(0, 8)} is not JSON.`, error);
  }
  if (file.kdf !== "scrypt") throw new RepositoryError("unsupported", `The key ${id.slice(0, 8)} needs "${file.kdf}".`);
  return file;
}

async function tryKey(file: KeyFile, password: string): Promise<MasterKey | null> {
  const cipher = new Cipher(await deriveKey(password, Buffer.from(file.salt, "base64"), file));
  let opened: Buffer;
  try {
    opened = cipher.open(Buffer.from(file.data, "base64"));
  } catch {
    return null;
  }
  const secret = JSON.parse(opened.toString()) as { mac: { k: string; r: string }; encrypt: string };
  const bytes = (text: string): Buffer => Buffer.from(text, "base64");
  return { encrypt: bytes(secret.encrypt), macK: bytes(secret.mac.k), macR: bytes(secret.mac.r) };
}

function deriveKey(
  password: string,
  salt: Buffer,
  { N, r, p }: { N: number; r: number; p: number },
): Promise<MasterKey> {
  return new Promise((resolve, reject) => {
    if (!(N * r * p <= MAX_WORK)) return reject(damaged("A key file asks for more work than any program would."));
    scrypt(password, salt, 64, { N, r, p, maxmem: Math.min(MAX_MEMORY, 256 * N * r) }, (error, key) => {
      if (error !== null) reject(damaged("A key file asks for an impossible derivation.", error));
      else resolve({ encrypt: key.subarray(0, 32), macK: key.subarray(32, 48), macR: key.subarray(48, 64) });
    });
  });
}

function username(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "";
  }
}
