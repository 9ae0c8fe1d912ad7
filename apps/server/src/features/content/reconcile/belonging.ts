import { StorageError } from "@holdfast/storage";
import { newId } from "../../../platform/ids.ts";
import type { ContentDeps } from "../content.deps.ts";
import { findOrSetInstallation } from "./reconcile.queries.ts";

/** Names this installation; gone after a restore, so that the restored one is another. */
export const installationSetting = "storage-installation";
const FOLDER = "installations/";

/**
 * Marks the store as this installation's. Returns the marks of others, by their keys: their objects have no rows here, and are theirs.
 */
export async function markStore(deps: ContentDeps): Promise<string[]> {
  const row = await findOrSetInstallation.first(deps.db, installationSetting, newId());
  const own = `${FOLDER}${row?.value}`;
  const marks: string[] = [];
  for await (const { key } of deps.store.list(FOLDER)) marks.push(key);
  if (!marks.includes(own)) {
    await deps.store.put(own, Buffer.from(`since ${deps.clock.now().toISOString()}\n`)).catch((error: unknown) => {
      // A full disk takes no mark; the next report makes it.
      if (!(error instanceof StorageError && error.code === "no_space")) throw error;
    });
  }
  return marks.filter((key) => key !== own);
}

/** What the store's clock says, by which the age of objects is judged: another machine's may be wrong by days. */
export async function storeTime(deps: ContentDeps): Promise<Date> {
  const key = `clock/${newId()}`;
  try {
    await deps.store.put(key, Buffer.from("now"));
    return (await deps.store.head(key))?.modifiedAt ?? deps.clock.now();
  } catch (error) {
    if (error instanceof StorageError && error.code === "no_space") return deps.clock.now();
    throw error;
  } finally {
    await deps.store.delete([key]).catch(() => {});
  }
}
