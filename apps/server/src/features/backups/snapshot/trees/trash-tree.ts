import { numberedName } from "../../../files/index.ts";
import type { Catalogue } from "../catalogue.ts";
import { digestOf, type Folder, type OwnRow, ownColumns, type TrashedFolder } from "./folders.ts";
import { type FileRow, folderSource, idMadeOf, segmentsOf, type TreeSource } from "./tree-source.ts";

const isTrashedFile = "f.kind = 'file' and f.trashed_at is not null and f.purged_at is null";

const ownQuery = `
  select ${ownColumns("f.id, f.name, f.content_id, f.last_modified, f.trashed_at", "f.file_size")}
  from holdfast.files f where f.space_id = $1 and ${isTrashedFile}`;

const trashedFiles = `
  select $3::int as ord, f.name, f.last_modified, s.sha256s, s.sizes, s.chunks from holdfast.files f
  left join lateral ${segmentsOf("f.content_id", "$2")} s on true
  where f.space_id = $1 and ${isTrashedFile} order by f.trashed_at, f.id`;

/** What is in the trash, as its list shows it: one folder with everything that was trashed itself, below it what lay in folders then. */
export async function trashSource(
  catalogue: Catalogue,
  targetId: string,
  userId: string,
  { root: live, trashed }: { root: Folder; trashed: readonly TrashedFolder[] },
): Promise<TreeSource> {
  const [own] = await catalogue.query<Omit<OwnRow, "parent_id" | "digest"> & { digest: Buffer | null }>(ownQuery, [
    userId,
  ]);
  const { files, bytes, digest } = own ?? { files: 0, bytes: 0, digest: null };
  const names = freeNames();
  const children = [...trashed]
    .sort((a, b) => a.trashedAt.getTime() - b.trashedAt.getTime() || (a.id < b.id ? -1 : 1))
    .map((folder): Folder => ({ ...folder, name: names(folder.name) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const id = idMadeOf("trash", userId);
  const { lastModified } = live;
  const root = { id, name: "", lastModified, files, bytes, digest: digestOf(digest, children), children };
  const inside = folderSource(catalogue, targetId, root);
  return {
    root,
    async *rows(folders) {
      // The root has a row in no table, so that it gets no files here; it comes last among its folders.
      yield* inside.rows(folders);
      if (folders.at(-1) !== root) return;
      for await (const row of catalogue.stream<FileRow>(trashedFiles, [userId, targetId, folders.length])) {
        yield { ...row, name: names(row.name) };
      }
    },
    contents: (folders) => [
      ...inside.contents(folders),
      ...(folders.includes(root)
        ? [
            {
              query: (ids: string) =>
                `select f.content_id from holdfast.files f where f.space_id = any(${ids}::uuid[]) and ${isTrashedFile}`,
              ids: [userId],
            },
          ]
        : []),
    ],
  };
}

/** Gives each name once; who comes with a name that is taken gets "name (2)", or the next number that is free. */
function freeNames(): (name: string) => string {
  const given = new Map<string, number>();
  return (name) => {
    let free = name;
    let n = given.get(name) ?? 1;
    while (given.has(free)) free = numberedName(name, ++n);
    given.set(free, 1);
    // Where many have one name, none looks through all the numbers again.
    if (n > 1) given.set(name, n);
    return free;
  };
}
