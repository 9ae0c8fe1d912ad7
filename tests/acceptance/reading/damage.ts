import { createHash } from "node:crypto";
import { open, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { getFile } from "../../../packages/contract/src/index.ts";
import type { Random } from "../../crash/support/random.ts";
import type { Person } from "../../support/person.ts";
import { segmentKey } from "../../support/segments.ts";
import { eventually } from "../../support/server.ts";

export interface Planted {
  id: string;
  bytes: Buffer;
}

/** Stores a file, and waits for the job that hashes a large one: it would read while the test writes behind its back. */
export async function plant(person: Person, name: string, bytes: Buffer): Promise<Planted> {
  const { id } = await person.put(name, bytes);
  await eventually(async () => (await person.call(getFile, { params: { id } })).sha256, 60_000);
  return { id, bytes };
}

/** Sizes on both sides of every way that bytes go: one buffer, several, several segments. */
export async function plantMany(person: Person, random: Random, prefix: string, count: number): Promise<Planted[]> {
  const sizeOf = (i: number) => {
    if (i % 20 === 19) return 17 * 1024 * 1024;
    return i % 5 === 4 ? 256 * 1024 + random.below(700_000) : 2 + random.below(30_000);
  };
  const all: Planted[] = [];
  for (let i = 0; i < count; i++) all.push(await plant(person, `${prefix} ${i}`, random.bytes(sizeOf(i))));
  return all;
}

const most = 16 * 1024 * 1024;

/** The hashes of the segments that a file is stored as. */
export function segmentsOf({ bytes }: Planted): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += most) {
    all.push(
      createHash("sha256")
        .update(bytes.subarray(at, at + most))
        .digest(),
    );
  }
  return all;
}

export function pathOf(dataDir: string, sha256: Buffer): string {
  return join(dataDir, "objects", segmentKey(sha256));
}

/** Does to a stored segment's file what a disk may do. */
export type Damage = (path: string, random: Random) => Promise<void>;

export const flip: Damage = async (path, random) => {
  const file = await open(path, "r+");
  try {
    const at = random.below((await file.stat()).size);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] = (byte[0] as number) ^ (1 << random.below(8));
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
};

export const shorten: Damage = async (path, random) => truncate(path, random.below((await stat(path)).size));

export const lengthen: Damage = async (path, random) => {
  const file = await open(path, "a");
  await file.write(random.bytes(1 + random.below(5_000)));
  await file.close();
};

/** Damages one segment of each. */
export async function damageAll(dataDir: string, random: Random, files: Planted[], damage: Damage): Promise<void> {
  for (const file of files) {
    const segments = segmentsOf(file);
    await damage(pathOf(dataDir, segments[random.below(segments.length)] as Buffer), random);
  }
}
