import { createHash } from "node:crypto";
import { type Repository, readFile } from "@holdfast/repository";
import { readObject } from "@holdfast/storage";
import type { BackupsDeps } from "../backups.deps.ts";
import { idsOf } from "../snapshot/chunk-cache.ts";
import { findPlaces } from "./heal.queries.ts";
import { quarantineKey } from "./quarantine.ts";

/** A segment's bytes from wherever they are besides its own place: a backup repository, or what was moved aside and is right after all. */
export async function findBytes(deps: BackupsDeps, sha256: Buffer): Promise<Buffer | null> {
  const isIt = (bytes: Buffer | null) => bytes !== null && createHash("sha256").update(bytes).digest().equals(sha256);
  const places = await findPlaces.all(deps.db, sha256);
  for (const { target_id: targetId, chunks } of places) {
    const bytes = await readFrom(deps, targetId, chunks ?? sha256);
    if (isIt(bytes)) return bytes;
  }
  const aside = await readObject(deps.store, quarantineKey(sha256)).catch(() => null);
  return isIt(aside) ? aside : null;
}

/**
 * @param chunks their ids one after another. Where nobody has noted them (a target that was taken over): a segment that is one chunk has the
 * chunk's name
 */
async function readFrom(deps: BackupsDeps, targetId: string, chunks: Buffer): Promise<Buffer | null> {
  try {
    const { repository } = await deps.targets.open(targetId);
    return await readChunks(repository, idsOf(chunks));
  } catch (error) {
    deps.log.info({ err: error, targetId }, "a damaged piece could not be read from this target");
    return null;
  }
}

async function readChunks(repository: Repository, content: string[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  await readFile(repository, { name: "segment", type: "file", mtime: new Date(0), content }, (chunk) => {
    parts.push(Buffer.from(chunk));
  });
  return Buffer.concat(parts);
}
