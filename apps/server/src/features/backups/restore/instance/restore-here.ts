import type { Repository, Snapshot } from "@holdfast/repository";
import { replaceFile } from "../../../../platform/secret-files.ts";
import { megabytes } from "../../snapshot/trees/free-space.ts";
import { passwordFile } from "../../targets/password.ts";
import { type InstanceRestore, type RestoredInstance, readManifest, restoreInstance } from "./restore-instance.ts";
import { RestoreRefused } from "./restore-refused.ts";

/** For the database. */
const MARGIN_BYTES = 256 * 1024 * 1024;

/** The server backups of a repository, newest first. */
export async function instanceSnapshots(repository: Repository): Promise<Snapshot[]> {
  const all = await repository.snapshots();
  return all.filter(({ tags }) => tags?.includes("instance")).sort((a, b) => b.time.getTime() - a.time.getTime());
}

/**
 * Restores an instance on this empty installation, for the command line and for the set-up page; the password of the backups becomes this
 * installation's. @throws RestoreRefused, RepositoryError
 */
export async function restoreHere(
  options: Omit<InstanceRestore, "dataDir"> & { dataDir: string; password: string },
): Promise<RestoredInstance> {
  await checkRoom(options);
  const restored = await restoreInstance(options);
  await replaceFile(passwordFile(options.dataDir), options.password);
  return restored;
}

/** What a restore that was cut short has brought already takes no room again. @throws RestoreRefused */
export async function checkRoom({
  repository,
  snapshot,
  store,
}: Pick<InstanceRestore, "repository" | "snapshot" | "store">): Promise<void> {
  const { segments } = await readManifest(repository, snapshot.tree);
  const { freeBytes } = await store.probe();
  let needed = segments.bytes + MARGIN_BYTES;
  if (freeBytes === null || needed <= freeBytes) return;
  for await (const { size } of store.list("segments/")) needed -= size;
  if (needed <= freeBytes) return;
  throw new RestoreRefused(
    `This backup needs about ${megabytes(needed)} MB, and ${megabytes(freeBytes)} MB are free where the files go. Make room, or set up Holdfast on a larger disk.`,
    "no_room",
  );
}
