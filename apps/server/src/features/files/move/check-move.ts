import type { MoveCheck } from "@holdfast/contract";
import type { Tx } from "../../../platform/database/database.ts";
import { accessFile, accessFolder, roleAllows } from "../../access/index.ts";
import type { FilesDeps } from "../files.deps.ts";
import { withFreeName } from "../naming.ts";
import { checkKeptGrants, type Moved, moveBetweenSpaces } from "./move-between-spaces.ts";

export interface WantedMove {
  userId: string;
  fileId: string;
  parentId: string | null;
  keepGrants: boolean;
}

/** How many are named. */
const named = 100;

/** Ends the transaction of a move that was only looked at. */
class NotMeant extends Error {
  readonly moved: Moved;
  constructor(moved: Moved) {
    super("the move was only looked at");
    this.moved = moved;
  }
}

/**
 * What a move would take along and end: it is made and undone, so that nothing of it is guessed. Who does not manage the file learns of
 * others' links and grants only how many there are. Throws what the move throws.
 */
export async function checkMove(deps: FilesDeps, wanted: WantedMove): Promise<MoveCheck> {
  const { userId, keepGrants } = wanted;
  const file = await accessFile(deps.db, userId, wanted.fileId, "change");
  const folder = await accessFolder(deps.db, userId, wanted.parentId);
  const none = { entries: 0, bytes: 0, links: [], linksInAll: 0, grants: [], grantsInAll: 0 };
  if (folder.spaceId === file.space_id) return { betweenSpaces: false, ...none };
  checkKeptGrants(folder, keepGrants);
  const move = (name: string) => (tx: Tx) => moveBetweenSpaces(deps, tx, { userId, file, folder, name, keepGrants });
  const { entries, bytes, brokenLinks, endedGrants } = await withFreeName(
    deps.db,
    { parentId: folder.id, name: file.name, onConflict: "rename" },
    (name) => pretend(deps, move(name)),
  );
  const all = roleAllows(file.role, "share");
  const links = brokenLinks.filter((link) => all || link.maker_id === userId);
  const grants = all ? endedGrants : [];
  return {
    ...{ betweenSpaces: true, entries, bytes, linksInAll: brokenLinks.length, grantsInAll: endedGrants.length },
    links: links.slice(0, named).map((link) => ({
      ...{ id: link.id, label: link.label, fileName: link.file_name, maker: link.maker_name },
    })),
    grants: grants.slice(0, named).map((grant) => ({
      ...{ id: grant.id, fileName: grant.file_name, grantee: grant.grantee_name, role: grant.role },
    })),
  };
}

async function pretend(deps: FilesDeps, move: (tx: Tx) => Promise<Moved>): Promise<Moved> {
  try {
    return await deps.db.transaction(async (tx) => {
      throw new NotMeant(await move(tx));
    });
  } catch (error) {
    if (error instanceof NotMeant) return error.moved;
    throw error;
  }
}
