import { type DirectorySetting, directoryFound, type Grantee } from "@holdfast/contract";
import { escapeLike } from "../../files/index.ts";
import type { PeopleDeps } from "../people.deps.ts";
import { type FoundGroup, type FoundUser, findGroups, findUsers, findUserWithEmail } from "./directory.queries.ts";

/** Users and groups to share with. Where the directory is hidden: by a whole address, and groups that one is in. */
export async function searchDirectory(
  deps: Pick<PeopleDeps, "db" | "directory">,
  userId: string,
  q: string,
): Promise<{ items: Grantee[]; directory: DirectorySetting }> {
  const directory = deps.directory();
  const pattern = `${escapeLike(q.toLowerCase())}%`;
  const hidden = directory === "hidden";
  const [users, groups] = await Promise.all([
    hidden ? findUserWithEmail.all(deps.db, q, userId) : findUsers.all(deps.db, pattern, userId, directoryFound),
    findGroups.all(deps.db, pattern, hidden ? userId : null, directoryFound),
  ]);
  // A search that finds many people must not hide a group of that name.
  const shown = groups.slice(0, Math.max(directoryFound - users.length, directoryFound / 4));
  const items = [...shown.map(toGroup), ...users.slice(0, directoryFound - shown.length).map(toUser)];
  return { items, directory };
}

function toUser({ id, name, email }: FoundUser): Grantee {
  return { type: "user", id, name, email, members: null };
}

function toGroup({ id, name, members }: FoundGroup): Grantee {
  return { type: "group", id, name, email: null, members };
}
