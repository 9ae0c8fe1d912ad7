import type { Origin } from "../../../platform/http/principal.ts";
import { makeFolder } from "../../files/index.ts";
import type { UploadsDeps } from "../uploads.deps.ts";

interface Made {
  id: string | null;
  made: boolean;
}

/** The folder at a path below the one that an archive goes into, made where it is missing: each is asked for once. */
export type FolderAt = (names: readonly string[]) => Promise<Made>;

/** @param parentId null: the root */
export function createFolderAt(
  deps: UploadsDeps,
  origin: Origin,
  { userId, parentId }: { userId: string; parentId: string | null },
): FolderAt {
  const known = new Map<string, Promise<Made>>();
  const folderAt: FolderAt = (names) => {
    if (names.length === 0) return Promise.resolve({ id: parentId, made: false });
    const path = names.join("/");
    const found = known.get(path);
    // Who asks a second time did not make it.
    if (found) return found.then(({ id }) => ({ id, made: false }));
    const making = make(names);
    known.set(path, making);
    // Who waits for it learns of a failure; nobody may be waiting yet.
    making.catch(() => {});
    return making;
  };
  const make = async (names: readonly string[]): Promise<Made> => {
    const above = await folderAt(names.slice(0, -1));
    const wanted = { userId, parentId: above.id, name: names.at(-1) as string, onConflict: "reuse" as const };
    const { folder, made } = await makeFolder(deps, origin, wanted);
    return { id: folder.id, made };
  };
  return folderAt;
}
