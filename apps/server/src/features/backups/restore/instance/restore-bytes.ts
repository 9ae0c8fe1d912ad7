import { type Repository, restore } from "@holdfast/repository";
import type { ObjectStore } from "@holdfast/storage";
import type pg from "pg";
import { segmentKey } from "../../../content/index.ts";
import { isWhole } from "../../heal/heal-segment.ts";
import { spaceRootsQuery } from "../../snapshot/catalogue-tables.ts";
import { type SpaceRoot, spaceFolderNames } from "../../snapshot/names.ts";
import { isRefused } from "../../work/explain-failure.ts";
import { StoredSegments, segmentSink, type WantedSegment } from "./segment-sink.ts";

interface Child {
  name: string;
  id: string;
  kind: "file" | "folder";
  sha256s: Buffer[] | null;
  sizes: number[] | null;
}

const FOLDERS_KEPT = 200;

const childrenQuery = `
  select f.name, f.id, f.kind, s.sha256s, s.sizes from holdfast.files f left join lateral (
    select array_agg(cs.sha256 order by cs.start_at) as sha256s, array_agg(cs.size order by cs.start_at) as sizes
    from holdfast.content_segments cs where cs.content_id = f.content_id
  ) s on f.kind = 'file'
  where f.parent_id = $1 and f.trashed_at is null and f.purged_at is null`;

export interface RestoreBytesOptions {
  /** In the transaction that has the snapshot's rows. */
  client: pg.ClientBase;
  repository: Repository;
  tree: string;
  store: ObjectStore;
  signal?: AbortSignal | undefined;
  onProgress?: ((files: number, bytes: number) => void) | undefined;
  /** For an entry of the snapshot that can be none: the others come back. */
  onRefused(path: string, sentence: string): void;
}

/** Puts every segment that the snapshot's rows refer to into the store; what is there already is not written again. */
export async function restoreBytes(options: RestoreBytesOptions): Promise<StoredSegments> {
  const { client, repository, tree, store, signal, onProgress } = options;
  const stored = new StoredSegments();
  const folders = await spaceFolders(client);
  const children = new Map<string, Promise<Map<string, Child>>>();
  // One question at a time: the sink is asked for many files at once, and they share the transaction's connection.
  let turn: Promise<unknown> = Promise.resolve();

  function childrenOf(folderId: string): Promise<Map<string, Child>> {
    const known = children.get(folderId);
    if (known) return known;
    const found = turn.then(async () => {
      const { rows } = await client.query<Child>(childrenQuery, [folderId]);
      return new Map(rows.map((row) => [row.name, row]));
    });
    turn = found.catch(() => {});
    children.set(folderId, found);
    if (children.size > FOLDERS_KEPT) children.delete(children.keys().next().value as string);
    return found;
  }

  async function childAt(path: string): Promise<Child | undefined> {
    const slash = path.lastIndexOf("/");
    const parent = folders.get(path.slice(0, Math.max(0, slash)));
    return parent === undefined ? undefined : (await childrenOf(parent)).get(path.slice(slash + 1));
  }

  async function sinkFor(path: string, segments: WantedSegment[]) {
    let missing = false;
    for (const segment of segments) {
      if (stored.has(segment.sha256)) continue;
      const found = await store.head(segmentKey(segment.sha256));
      if (found?.size === segment.size && (await isWhole({ store }, segment.sha256))) stored.add(segment);
      else missing = true;
    }
    return missing ? segmentSink(store, segments, stored, path) : null;
  }

  const watch = {
    ...(signal ? { signal } : {}),
    onProgress: () => onProgress?.(stored.count, stored.bytes),
    onDamage(path: string, error: Error) {
      if (!isRefused(error)) throw error;
      options.onRefused(path, error.message);
    },
  };
  await restore(
    repository,
    tree,
    {
      async folder(path) {
        if (folders.has(path)) return;
        const folder = await childAt(path);
        if (folder?.kind !== "folder") throw new Error(`The backup's rows have no folder "${path}".`);
        folders.set(path, folder.id);
      },
      async file(path) {
        const file = await childAt(path);
        if (file?.kind !== "file") throw new Error(`The backup's rows have no file "${path}".`);
        const sizes = file.sizes ?? [];
        return sinkFor(
          path,
          (file.sha256s ?? []).map((sha256, i) => ({ sha256, size: sizes[i] as number })),
        );
      },
    },
    { ...watch, path: "files" },
  );
  await restore(
    repository,
    tree,
    {
      folder: () => true,
      async file(path, node) {
        if (/^[0-9a-f]{64}$/.test(node.name)) {
          return sinkFor(path, [{ sha256: Buffer.from(node.name, "hex"), size: node.size ?? 0 }]);
        }
        options.onRefused(`segments/${path}`, "A segment has no such name.");
        return null;
      },
    },
    { ...watch, path: "segments" },
  );
  return stored;
}

/** The folders of people and teams below `/files`, by the rule that the snapshot was written with. */
async function spaceFolders(client: pg.ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query<SpaceRoot>(spaceRootsQuery);
  return new Map([...spaceFolderNames(rows)].map(([id, name]) => [name, id]));
}
