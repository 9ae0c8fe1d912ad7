import type { ObjectStore } from "@holdfast/storage";
import type { Cipher } from "../crypto/cipher.ts";
import { damaged } from "../errors.ts";
import { listDocuments, loadDocument, saveDocument } from "./files.ts";
import { goString, goTime } from "./go-json.ts";
import { isId } from "./ids.ts";

/** restic's own field names, so that `restic snapshots` shows them. */
export interface SnapshotSummary {
  backup_start: string;
  backup_end: string;
  files_new: number;
  files_changed: number;
  files_unmodified: number;
  dirs_new: number;
  dirs_changed: number;
  dirs_unmodified: number;
  data_blobs: number;
  tree_blobs: number;
  /** Plaintext bytes that the repository did not have. */
  data_added: number;
  /** What they take in packs. */
  data_added_packed: number;
  total_files_processed: number;
  total_bytes_processed: number;
}

export interface Snapshot {
  id: string;
  time: Date;
  parent?: string;
  tree: string;
  paths: string[];
  hostname?: string;
  username?: string;
  tags?: string[];
  /** The id this snapshot had before its metadata was changed. */
  original?: string;
  programVersion?: string;
  summary?: SnapshotSummary;
}

type JsonSnapshot = Omit<Snapshot, "id" | "time" | "programVersion"> & { time: string; program_version?: string };

/** Stores a snapshot; all that its tree names must be in the store and in an index file. Returns its id. */
export async function saveSnapshot(
  store: ObjectStore,
  cipher: Cipher,
  snapshot: Omit<Snapshot, "id">,
): Promise<string> {
  const fields = [`"time":"${goTime(snapshot.time)}"`];
  if (snapshot.parent !== undefined) fields.push(`"parent":"${snapshot.parent}"`);
  fields.push(`"tree":"${snapshot.tree}"`, `"paths":${strings(snapshot.paths)}`);
  if (snapshot.hostname) fields.push(`"hostname":${goString(snapshot.hostname)}`);
  if (snapshot.username) fields.push(`"username":${goString(snapshot.username)}`);
  if (snapshot.tags !== undefined && snapshot.tags.length > 0) fields.push(`"tags":${strings(snapshot.tags)}`);
  if (snapshot.original !== undefined) fields.push(`"original":"${snapshot.original}"`);
  if (snapshot.programVersion) fields.push(`"program_version":${goString(snapshot.programVersion)}`);
  if (snapshot.summary !== undefined) fields.push(`"summary":${JSON.stringify(snapshot.summary)}`);
  return saveDocument(store, cipher, "snapshots", `{${fields.join(",")}}`);
}

function strings(list: readonly string[]): string {
  return `[${list.map(goString).join(",")}]`;
}

/** @throws RepositoryError "damaged", or ObjectNotFound. */
export async function loadSnapshot(store: ObjectStore, cipher: Cipher, id: string): Promise<Snapshot> {
  const document = await loadDocument(store, cipher, "snapshots", id);
  const json = parsed(document) as Partial<JsonSnapshot> | null;
  const time = new Date(json?.time ?? Number.NaN);
  if (!json || !isId(json.tree) || Number.isNaN(time.getTime())) {
    throw damaged(`The snapshot ${id.slice(0, 8)} names no tree or no time.`);
  }
  const { paths, tags } = json;
  if (!isListOfStrings(paths ?? []) || !isListOfStrings(tags ?? [])) {
    throw damaged(`The paths or tags of the snapshot ${id.slice(0, 8)} are none.`);
  }
  const { program_version, ...rest } = json;
  return {
    ...rest,
    id,
    time,
    tree: json.tree,
    paths: paths ?? [],
    tags: tags ?? undefined,
    programVersion: program_version,
  };
}

function parsed(document: Buffer): unknown {
  try {
    return JSON.parse(document.toString());
  } catch {
    return null;
  }
}

function isListOfStrings(list: unknown): boolean {
  return Array.isArray(list) && list.every((item) => typeof item === "string");
}

/** All snapshots, oldest first. */
export async function loadSnapshots(store: ObjectStore, cipher: Cipher): Promise<Snapshot[]> {
  const ids = await listDocuments(store, "snapshots");
  const snapshots: Snapshot[] = [];
  for (let i = 0; i < ids.length; i += 16) {
    snapshots.push(...(await Promise.all(ids.slice(i, i + 16).map((id) => loadSnapshot(store, cipher, id)))));
  }
  return snapshots.sort((a, b) => a.time.getTime() - b.time.getTime() || (a.id < b.id ? -1 : 1));
}
