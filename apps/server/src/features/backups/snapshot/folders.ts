import { createHash } from "node:crypto";
import type { Catalogue } from "./catalogue.ts";

/** A live folder of a person's, with what its own files add up to. */
export interface Folder {
  id: string;
  name: string;
  lastModified: Date;
  files: number;
  bytes: number;
  /** Of everything in it: equal digests mean equal trees. */
  digest: Buffer;
  children: Folder[];
}

interface FolderRow {
  id: string;
  parent_id: string | null;
  name: string;
  last_modified: Date;
  files: number;
  bytes: number;
  digest: Buffer | null;
}

/** Raised when a tree would be made in another way from the same rows. */
const DIGEST_VERSION = "holdfast folder 1\n";

const query = `
  with recursive live as (
    select id, parent_id, name, last_modified from holdfast.files where id = $1 and parent_id is null
    union all
    select f.id, f.parent_id, f.name, f.last_modified from holdfast.files f join live on f.parent_id = live.id
    where f.kind = 'folder' and f.trashed_at is null and f.purged_at is null
  )
  select live.*, own.* from live cross join lateral (
    select count(*)::int as files, coalesce(sum(f.file_size), 0)::bigint as bytes,
      sha256(convert_to(string_agg(f.name || '/' || f.content_id || '/' || extract(epoch from f.last_modified), '/' order by f.name collate "C"), 'UTF8'))
        as digest
    from holdfast.files f where f.parent_id = live.id and f.kind = 'file' and f.trashed_at is null and f.purged_at is null
  ) own`;

/** A person's live folders, of which the root is answered. Folders are held in memory, files are not. */
export async function readFolders(catalogue: Catalogue, userId: string): Promise<Folder> {
  const folders = new Map<string, Folder & { parentId: string | null; own: Buffer | null }>();
  for await (const row of catalogue.stream<FolderRow & Record<string, unknown>>(query, [userId])) {
    const { id, parent_id: parentId, name, last_modified: lastModified, files, bytes, digest: own } = row;
    folders.set(id, { id, name, lastModified, files, bytes, digest: Buffer.alloc(0), children: [], parentId, own });
  }
  for (const folder of folders.values()) {
    if (folder.parentId !== null) folders.get(folder.parentId)?.children.push(folder);
  }
  const root = folders.get(userId);
  if (!root) throw new Error(`The person ${userId} has no root folder.`);
  for (const folder of childrenFirst(root)) {
    folder.children.sort((a, b) => (a.name < b.name ? -1 : 1));
    const hash = createHash("sha256").update(DIGEST_VERSION);
    hash.update((folder as Folder & { own: Buffer | null }).own ?? "empty");
    for (const { name, lastModified, digest } of folder.children) {
      hash.update(`/${name}/${lastModified.getTime()}/`).update(digest);
    }
    folder.digest = hash.digest();
  }
  return root;
}

/** Every folder below and including `root`, each after those inside it. `enter` false leaves one out with all inside. */
export function childrenFirst(root: Folder, enter: (folder: Folder) => boolean = () => true): Folder[] {
  const order: Folder[] = [];
  const waiting = enter(root) ? [root] : [];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    order.push(folder);
    for (const child of folder.children) if (enter(child)) waiting.push(child);
  }
  return order.reverse();
}

/** Files and bytes of a folder with all inside. */
export function totalOf(root: Folder): { files: number; bytes: number } {
  const total = { files: 0, bytes: 0 };
  for (const folder of childrenFirst(root)) {
    total.files += folder.files;
    total.bytes += folder.bytes;
  }
  return total;
}
