import type { File } from "@holdfast/contract";
import { audit } from "../../platform/audit/audit.ts";
import { keepAnswer } from "../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { newId } from "../../platform/ids.ts";
import { accessFolder, roleAllows } from "../access/index.ts";
import { toFile } from "./file-view.ts";
import type { FilesDeps } from "./files.deps.ts";
import { folderChanged } from "./files.events.ts";
import { findFolderNamed, findView, insertFolder } from "./files.queries.ts";
import { admitLevels } from "./limits/depth.ts";
import { checkName } from "./names.ts";
import { isNameTaken, withFreeName } from "./naming.ts";
import { chargeUsage } from "./usage.ts";

export interface NewFolder {
  userId: string;
  parentId: string | null;
  name: string;
  /** `reuse`: a live folder of that name is the answer; a file of that name is still a clash. */
  onConflict: "fail" | "rename" | "reuse";
}

/** Makes a folder. Throws invalid_name, not_found, not_a_folder, name_taken, too_deep, too_many_entries, disk_full. */
export async function createFolder(deps: FilesDeps, origin: Origin, wanted: NewFolder): Promise<File> {
  return (await makeFolder(deps, origin, wanted)).folder;
}

/** As `createFolder`. `made`: it was not there. */
export async function makeFolder(
  deps: FilesDeps,
  origin: Origin,
  wanted: NewFolder,
): Promise<{ folder: File; made: boolean }> {
  const name = checkName(wanted.name);
  await deps.room.check();
  const { id: parentId, role, spaceId } = await accessFolder(deps.db, wanted.userId, wanted.parentId);
  const id = newId();
  const make = (freeName: string) =>
    deps.db.transaction(async (tx) => {
      await admitLevels(tx, parentId, 1);
      // Its folder may have come into another space a moment ago: the row knows.
      const row = await insertFolder.first(tx, id, wanted.userId, parentId, freeName);
      await chargeUsage(tx, deps, row?.space_id ?? spaceId, { bytes: 0, entries: 1, folders: 1, by: wanted.userId });
      await audit(tx, origin, { action: "folder.create", targetId: id });
      return keepAnswer(tx, toFile((await findView(tx, id))!));
    });
  const onConflict = wanted.onConflict === "rename" ? "rename" : "fail";
  const folder = await withFreeName(deps.db, { parentId, name, onConflict }, async (freeName) => {
    try {
      return await make(freeName);
    } catch (error) {
      // Who adds here and sees nothing learns that the name is taken, and no more.
      const reuse = wanted.onConflict === "reuse" && roleAllows(role, "see");
      const existing =
        reuse && (isNameTaken(error) || isLimit(error)) ? await findFolder(deps, wanted.userId, parentId, name) : null;
      if (!existing) throw error;
      return existing;
    }
  });
  const made = folder.id === id;
  if (made) folderChanged(deps.events, { spaceId, userId: wanted.userId }, parentId);
  return { folder, made };
}

/** Of a new folder alone: one that is there already is the answer all the same. */
function isLimit(error: unknown): boolean {
  return error instanceof ProblemError && (error.code === "too_deep" || error.code === "too_many_entries");
}

async function findFolder(deps: FilesDeps, userId: string, parentId: string, name: string): Promise<File | null> {
  const row = await findFolderNamed.first(deps.db, parentId, name, userId);
  const view = row && (await findView(deps.db, row.id));
  return view ? toFile(view) : null;
}
