import { createHash } from "node:crypto";
import { type Repository, readFile } from "@holdfast/repository";
import { ObjectNotFound, readObject } from "@holdfast/storage";
import { audit } from "../../../platform/audit/audit.ts";
import { execute } from "../../../platform/database/database.ts";
import { segmentKey } from "../../files/index.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { idsOf } from "../snapshot/chunk-cache.ts";

const nobody = { actorId: null, ip: null, requestId: null };

/** Whether the primary store has a segment's bytes, by reading them all. What is no answer about the bytes (an outage) is thrown on. */
export async function isWhole(deps: Pick<BackupsDeps, "store">, sha256: Buffer): Promise<boolean> {
  const hash = createHash("sha256");
  try {
    await deps.store.get(segmentKey(sha256), (chunk) => {
      hash.update(chunk);
    });
  } catch (error) {
    if (error instanceof ObjectNotFound) return false;
    if (isUnreadable(error)) return false;
    throw error;
  }
  return hash.digest().equals(sha256);
}

/** The disk itself says that it cannot read these bytes. */
function isUnreadable(error: unknown): boolean {
  const cause = (error as { cause?: { code?: string } } | null)?.cause;
  return cause?.code === "EIO" || (error as { code?: string } | null)?.code === "corrupt";
}

/**
 * Takes a bad segment out of service and brings its bytes back from whatever repository holds them. What is there is kept under
 * `quarantine/` first: nothing is deleted on suspicion. Reading it back decides whether it is healed.
 */
export async function healSegment(deps: BackupsDeps, sha256: Buffer): Promise<boolean> {
  const name = sha256.toString("hex");
  await execute(deps.db, "update holdfast.segments set state = 'bad' where sha256 = $1", [sha256]);
  const bytes = await findBytes(deps, sha256);
  if (bytes === null) {
    deps.log.error({ segment: name }, "a stored piece is damaged, and no backup holds it");
    await audit(deps.db, nobody, { action: "segment.bad", targetId: null, detail: { sha256: name } });
    return false;
  }
  const key = segmentKey(sha256);
  const present = await readObject(deps.store, key).catch(() => null);
  if (present !== null) await deps.store.put(`quarantine/${name}`, present);
  await deps.store.delete([key]);
  await deps.store.put(key, bytes);
  if (!(await isWhole(deps, sha256))) return false;
  await execute(deps.db, "update holdfast.segments set state = 'stored', verified_at = now() where sha256 = $1", [
    sha256,
  ]);
  deps.log.warn({ segment: name }, "a damaged piece was healed from a backup");
  await audit(deps.db, nobody, { action: "segment.heal", targetId: null, detail: { sha256: name } });
  return true;
}

/** Reads a file's segments, and heals those that are damaged. */
export async function healFile(deps: BackupsDeps, fileId: string | null): Promise<void> {
  const segments = await execute<{ sha256: Buffer }>(
    deps.db,
    `select cs.sha256 from holdfast.files f join holdfast.content_segments cs on cs.content_id = f.content_id
     where f.id = $1 order by cs.start_at`,
    [fileId],
  );
  for (const { sha256 } of segments) {
    if (!(await isWhole(deps, sha256))) await healSegment(deps, sha256);
  }
}

async function findBytes(deps: BackupsDeps, sha256: Buffer): Promise<Buffer | null> {
  const places = await execute<{ target_id: string; chunks: Buffer }>(
    deps.db,
    "select target_id, chunks from holdfast.segment_chunks where sha256 = $1",
    [sha256],
  );
  for (const { target_id: targetId, chunks } of places) {
    const bytes = await deps.targets
      .open(targetId)
      .then(({ repository }) => readChunks(repository, idsOf(chunks)))
      .catch((error: unknown) => {
        deps.log.warn({ err: error, targetId }, "a damaged piece could not be read from this target");
        return null;
      });
    if (bytes !== null && createHash("sha256").update(bytes).digest().equals(sha256)) return bytes;
  }
  return null;
}

async function readChunks(repository: Repository, content: string[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  await readFile(repository, { name: "segment", type: "file", mtime: new Date(0), content }, (chunk) => {
    parts.push(Buffer.from(chunk));
  });
  return Buffer.concat(parts);
}
