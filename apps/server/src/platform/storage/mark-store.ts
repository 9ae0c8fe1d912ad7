import { randomUUID } from "node:crypto";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "@holdfast/storage";
import { createFile, readText, replaceFile } from "../secret-files.ts";

/** In the store's folder: begins with a dot, so that it is never an object. */
const markFile = ".holdfast-store";
/** In the data folder: which store this installation's files are in. */
const recordFile = "holdfast.store";

/**
 * The mark by which a local store is known, made with the store at its first use. A folder without it is another one, such as the empty
 * one below a disk that is not connected: nothing is made in it.
 * @param hasFiles whether the database knows of bytes that must be in the store already
 * @throws StorageError unavailable
 */
export async function markStore(
  folder: string,
  dataDir: string,
  hasFiles: () => Promise<boolean>,
): Promise<{ file: string; text: string }> {
  const recorded = await readText(join(dataDir, recordFile));
  const found = await readText(join(folder, markFile));
  const isKnown = recorded === null ? found !== null || (await holdsObjects(folder)) : found === recorded;
  if (!isKnown && (await hasFiles())) {
    throw new StorageError(
      "unavailable",
      `The folder ${folder} does not hold the files of this installation (it is missing, empty, or another one): is its disk connected? Put it back, or restore from a backup into an empty data folder.`,
    );
  }
  // Without files in the database it is a new store, whatever was recorded.
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const text = await createFile(join(folder, markFile), found ?? randomUUID());
  if (recorded !== text) await record(join(dataDir, recordFile), text, recorded);
  return { file: markFile, text };
}

async function record(path: string, text: string, former: string | null): Promise<void> {
  if (former === null) await createFile(path, text);
  else await replaceFile(path, text);
}

async function holdsObjects(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names.some((name) => !name.startsWith("."));
}
