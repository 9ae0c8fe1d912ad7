import { splitName } from "../../../files/index.ts";
import type { Catalogue } from "../catalogue.ts";
import { childrenFirst, digestOf, type Folder, type OwnRow, ownColumns } from "./folders.ts";
import { type FileRow, idMadeOf, isUntrashedFile, segmentsOf, type TreeSource } from "./tree-source.ts";

/** What a live folder holds of former versions. */
interface VersionsFolder extends Folder {
  /** The live folder's id. */
  of: string;
  children: VersionsFolder[];
}

interface VersionRow extends FileRow {
  file_modified: Date;
  stored_at: Date;
}

const ownQuery = `
  select f.parent_id, ${ownColumns("f.name, f.last_modified, v.id, v.content_id, v.created_at, v.last_modified", "v.file_size")}
  from holdfast.file_versions v join holdfast.files f on f.id = v.file_id
  where f.space_id = $1 and ${isUntrashedFile} group by f.parent_id`;

const versionsOfFolders = `
  select p.ord::int as ord, f.name, f.last_modified as file_modified, v.created_at as stored_at, v.last_modified, s.sha256s, s.sizes, s.chunks
  from unnest($1::uuid[]) with ordinality p (id, ord)
  join holdfast.files f on f.parent_id = p.id and ${isUntrashedFile}
  join holdfast.file_versions v on v.file_id = f.id
  left join lateral ${segmentsOf("v.content_id", "$2")} s on true
  order by p.ord, f.name collate "C", v.created_at, v.id`;

/** The former versions of live files: each file a folder, at its path, and each version a file in it. */
export async function versionsSource(
  catalogue: Catalogue,
  targetId: string,
  userId: string,
  live: Folder,
): Promise<TreeSource> {
  const own = new Map((await catalogue.query<OwnRow>(ownQuery, [userId])).map((row) => [row.parent_id, row]));
  const idsOf = (folders: readonly Folder[]): string[] => folders.map((folder) => (folder as VersionsFolder).of);
  return {
    root: versionsFolders(live, own),
    async *rows(folders) {
      yield* named(catalogue.stream<VersionRow>(versionsOfFolders, [idsOf(folders), targetId]));
    },
    contents: (folders) => [
      {
        query: (ids) =>
          `select v.content_id from unnest(${ids}::uuid[]) p (id) join holdfast.files f on f.parent_id = p.id and ${isUntrashedFile}
           join holdfast.file_versions v on v.file_id = f.id`,
        ids: idsOf(folders),
      },
    ],
  };
}

/** The folders with versions somewhere below them, and the root in any case. */
function versionsFolders(live: Folder, own: ReadonlyMap<string, OwnRow>): VersionsFolder {
  const made = new Map<Folder, VersionsFolder>();
  for (const folder of childrenFirst(live)) {
    const children = folder.children.flatMap((child) => made.get(child) ?? []);
    const { files, bytes, digest } = own.get(folder.id) ?? { files: 0, bytes: 0, digest: null };
    if (files === 0 && children.length === 0 && folder !== live) continue;
    const { id: of, name, lastModified } = folder;
    const id = idMadeOf("versions", of);
    made.set(folder, { id, of, name, lastModified, files, bytes, digest: digestOf(digest, children), children });
  }
  return made.get(live) as VersionsFolder;
}

/** By the instant at which a version was stored, and by a number where several were stored in one millisecond. */
async function* named(rows: AsyncIterable<VersionRow>): AsyncGenerator<FileRow> {
  let last = "";
  let same = 0;
  for await (const { name: file, file_modified: mtime, stored_at: storedAt, ...row } of rows) {
    const instant = storedAt.toISOString().replaceAll(":", "-");
    const key = `${row.ord} ${file}/${instant}`;
    same = key === last ? same + 1 : 1;
    last = key;
    const name = `${instant}${same > 1 ? ` (${same})` : ""}${splitName(file)[1]}`;
    yield { ...row, name, within: { name: file, mtime } };
  }
}
