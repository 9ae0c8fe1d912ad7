import { lookUp } from "@holdfast/repository";
import { z } from "zod";
import type { OpenSnapshot } from "../../browse/access-backup.ts";
import { linesOf } from "../instance/read-lines.ts";

const userSchema = z.object({ id: z.uuid(), email: z.string(), deleted_at: z.string().nullish() });

/**
 * Whose folder `files/<name>` of a server backup is, as the backup itself knows it. Who has that address now may be somebody else: an address
 * changes hands, and files must not go with it.
 *
 * @returns the user's id; null where the backup knows nobody by that name
 */
export async function ownerOfFolder(
  { repository, tree }: Pick<OpenSnapshot, "repository" | "tree">,
  name: string,
): Promise<string | null> {
  const node = await lookUp(repository, tree, "catalog/holdfast.users.ndjson");
  let found: string | null = null;
  for await (const line of linesOf(repository, node)) {
    const user = userSchema.parse(JSON.parse(line));
    // Folders have ids for names where an address could not be one (see `folderNames`).
    if (user.id === name) found = user.id;
    else if (user.email === name && !user.deleted_at) found ??= user.id;
  }
  return found;
}
