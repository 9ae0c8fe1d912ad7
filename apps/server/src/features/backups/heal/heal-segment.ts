import { digestObject, type ObjectStore } from "@holdfast/storage";
import { audit } from "../../../platform/audit/audit.ts";
import { raiseAlert, resolveAlerts } from "../../../platform/monitoring/alerts.ts";
import { damagedAlert, isDamage, segmentKey } from "../../content/index.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { filesOf } from "./files-of-segment.ts";
import { findBytes } from "./find-bytes.ts";
import * as queries from "./heal.queries.ts";
import { copyAside, moveAside } from "./quarantine.ts";

const nobody = { actorId: null, ip: null, requestId: null };

/** Whether the primary store has a segment's bytes, by reading them all. What is no answer about the bytes (an outage) is thrown on. */
export async function isWhole({ store }: { store: ObjectStore }, sha256: Buffer): Promise<boolean> {
  try {
    return (await digestObject(store, segmentKey(sha256))).sha256.equals(sha256);
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** Notes that a segment was read and is right. */
export async function noteWhole({ db }: Pick<BackupsDeps, "db">, sha256: Buffer): Promise<void> {
  await queries.markWhole.count(db, sha256);
  await resolveAlerts(db, damagedAlert, [sha256.toString("hex")]);
}

/**
 * Brings a bad segment's bytes back from wherever they are, over what is there, of which a copy is kept under `quarantine/` first; where
 * nobody has them, what is there is moved to `quarantine/`. So nothing is deleted on suspicion, nothing goes before its successor is at
 * hand, and nothing that is bad stays where it could be served. Reading it back decides whether it is healed. Administrators are told either way.
 */
export async function healSegment(deps: BackupsDeps, sha256: Buffer): Promise<boolean> {
  if ((await queries.markBad.count(deps.db, sha256)) === 0) return false;
  // Whoever met it at the same time may have healed it; and a disk that reads wrongly once may read rightly now.
  if (await isWhole(deps, sha256)) return whole(deps, sha256);
  const bytes = await findBytes(deps, sha256);
  const aside = bytes === null ? await moveAside(deps.store, sha256) : await copyAside(deps.store, sha256);
  if (aside.whole) return whole(deps, sha256);
  if (bytes !== null) await deps.store.put(segmentKey(sha256), bytes);
  const healed = await isWhole(deps, sha256);
  await report(deps, sha256, { healed, quarantine: aside.place });
  if (healed) await noteWhole(deps, sha256);
  return healed;
}

async function whole(deps: BackupsDeps, sha256: Buffer): Promise<true> {
  await noteWhole(deps, sha256);
  return true;
}

async function report(
  deps: BackupsDeps,
  sha256: Buffer,
  { healed, quarantine }: { healed: boolean; quarantine: string | null },
): Promise<void> {
  const name = sha256.toString("hex");
  const { files, count } = await filesOf(deps.db, sha256);
  if (healed) deps.log.warn({ segment: name, quarantine }, "a damaged piece was healed from a backup");
  else deps.log.error({ segment: name, quarantine }, "a stored piece is damaged, and no backup holds it");
  await audit(deps.db, nobody, {
    action: healed ? "segment.heal" : "segment.bad",
    targetId: null,
    detail: { sha256: name },
  });
  const piece = quarantine === null ? "A stored piece of bytes was missing" : "Stored bytes were damaged";
  await raiseAlert(deps.db, {
    kind: damagedAlert,
    subject: name,
    severity: healed ? "warning" : "critical",
    title: healed
      ? `${piece} and came back from a backup. Look at the disk: it may be failing.`
      : `${piece}, and no backup that can be reached holds them. Their files cannot be read until they are uploaded again, or a backup target that has them is back.`,
    data: { sha256: name, healed, quarantine, files, fileCount: count },
  });
}

/** Reads a file's segments, and heals those that are damaged. */
export async function healFile(deps: BackupsDeps, fileId: string | null): Promise<void> {
  const segments = await queries.listSegmentsOfFile.all(deps.db, fileId);
  for (const { sha256 } of segments) {
    if (!(await isWhole(deps, sha256))) await healSegment(deps, sha256);
  }
}
