import { createHash } from "node:crypto";
import type { Catalogue } from "../catalogue.ts";
import type { Folder } from "./folders.ts";

/** A file of a snapshot, with the segments of its bytes and the chunks that are known of them. */
export interface FileRow extends Record<string, unknown> {
  /** Of its folder among those that were asked for, from 1. */
  ord: number;
  name: string;
  last_modified: Date;
  /** A folder of its own inside that one, which holds the files that come one after another with the same name here. */
  within?: { name: string; mtime: Date };
  sha256s: Buffer[] | null;
  sizes: number[] | null;
  chunks: (Buffer | null)[] | null;
}

/** A query of `content_id` by ids; `ids` is where its parameter stands. */
export interface ContentsQuery {
  query(ids: string): string;
  ids: readonly string[];
}

/** A tree of folders that is stored, and where the files in them come from. */
export interface TreeSource {
  /** Folders with the same id and the same digest have the same tree, in whatever source. */
  readonly root: Folder;
  /** The files of these folders' own, in the order of the folders. */
  rows(folders: readonly Folder[]): AsyncGenerator<FileRow>;
  /** What the contents of these files are. */
  contents(folders: readonly Folder[]): ContentsQuery[];
}

/** Of `content`, in the order of its bytes; `target` is where the parameter stands whose repository's chunks are meant. */
export function segmentsOf(content: string, target: string): string {
  return `(
    select array_agg(cs.sha256 order by cs.start_at) as sha256s, array_agg(cs.size order by cs.start_at) as sizes,
      array_agg(sc.chunks order by cs.start_at) as chunks
    from holdfast.content_segments cs
    left join holdfast.segment_chunks sc on sc.target_id = ${target} and sc.sha256 = cs.sha256
    where cs.content_id = ${content}
  )`;
}

/** `f` is a file that neither lies in the trash itself nor is deleted for good. */
export const isUntrashedFile = "f.kind = 'file' and f.trashed_at is null and f.purged_at is null";

const filesOfFolders = `
  select p.ord::int as ord, f.name, f.last_modified, s.sha256s, s.sizes, s.chunks
  from unnest($1::uuid[]) with ordinality p (id, ord)
  join holdfast.files f on f.parent_id = p.id and ${isUntrashedFile}
  left join lateral ${segmentsOf("f.content_id", "$2")} s on true
  order by p.ord, f.name collate "C"`;

/** The files that lie in folders of a person's, live or in the trash with them. */
export function folderSource(catalogue: Catalogue, targetId: string, root: Folder): TreeSource {
  return {
    root,
    rows: (folders) => catalogue.stream<FileRow>(filesOfFolders, [folders.map(({ id }) => id), targetId]),
    contents: (folders) => [
      {
        query: (ids) =>
          `select f.content_id from unnest(${ids}::uuid[]) p (id) join holdfast.files f on f.parent_id = p.id and ${isUntrashedFile}`,
        ids: folders.map(({ id }) => id),
      },
    ],
  };
}

/** An id for what is made of a folder, beside the folder's own. */
export function idMadeOf(kind: "trash" | "versions", id: string): string {
  const hex = createHash("sha256").update(`${kind} ${id}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
