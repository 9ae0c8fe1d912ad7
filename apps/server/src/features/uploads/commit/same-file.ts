import { createHash } from "node:crypto";
import type { File } from "@holdfast/contract";
import { readObject } from "@holdfast/storage";
import { segmentKey, segmentsOf } from "../../content/index.ts";
import { findView, nameTaken, toFile } from "../../files/index.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import type { NewFile } from "./commit-file.ts";
import { compareNamesake } from "./same-file.queries.ts";

/**
 * A file that is sent is the one that is there, when name, bytes and time of change are the same. Whoever got no answer (the server was
 * killed, the line broke) sends again, and must not be told of a clash with himself.
 */
type Wanted = Pick<NewFile, "userId" | "name" | "onConflict" | "lastModified"> & { parentId: string };

/** What has the name, with the size and time of change that were announced: only the bytes are left to be compared. */
export interface Namesake {
  id: string;
  contentId: string;
  size: number;
  sha256: Buffer | null;
}

/** @param size null where nobody knows yet. @throws name_taken for what has the name and is certainly not what is sent */
export async function findNamesake(deps: UploadsDeps, wanted: Wanted, size: number | null): Promise<Namesake | null> {
  const { parentId, name, userId, lastModified } = wanted;
  const found = await compareNamesake.first(deps.db, parentId, name, userId, lastModified, size);
  if (!found) return null;
  if (!found.same || found.contentId === null || wanted.onConflict !== "fail") throw nameTaken(wanted.name);
  return { ...found, contentId: found.contentId };
}

/**
 * Whether a body holds the namesake's bytes. It is hashed along the segments that are stored, so that nothing is read or stored, and the
 * first segment that differs ends it.
 */
export async function holdsTheSame(
  deps: UploadsDeps,
  { contentId, size }: Namesake,
  body: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const segments = segmentsOf(deps.db, contentId, { start: 0, end: size });
  let current = (await segments.next()).value;
  let hash = createHash("sha256");
  let left = current?.size ?? 0;
  for await (const chunk of body) {
    for (let at = 0; at < chunk.length; ) {
      if (!current) return false;
      const part = chunk.subarray(at, at + left);
      hash.update(part);
      at += part.length;
      left -= part.length;
      if (left > 0) continue;
      if (!hash.digest().equals(current.sha256)) return false;
      current = (await segments.next()).value;
      hash = createHash("sha256");
      left = current?.size ?? 0;
    }
  }
  return !current;
}

/** The namesake as it is now, or null where it was changed since it was found. */
export async function stillThere(deps: UploadsDeps, wanted: Wanted, namesake: Namesake): Promise<File | null> {
  const now = await findNamesake(deps, wanted, namesake.size);
  if (now?.id !== namesake.id || now.contentId !== namesake.contentId) return null;
  const view = await findView(deps.db, namesake.id);
  return view ? toFile(view) : null;
}

/** The file that has the name of these stored bytes, when it is this very file. @throws name_taken as `findNamesake` */
export async function findSame(
  deps: UploadsDeps,
  wanted: Wanted,
  content: Pick<NewFile["content"], "size" | "sha256" | "segments">,
): Promise<File | null> {
  const namesake = await findNamesake(deps, wanted, content.size);
  if (!namesake) return null;
  const same =
    content.sha256 && namesake.sha256
      ? content.sha256.equals(namesake.sha256)
      : ((await sameSegments(deps, namesake, content.segments)) ??
        (await holdsTheSame(deps, namesake, bytesOf(deps, content.segments))));
  return same ? stillThere(deps, wanted, namesake) : null;
}

type Segments = NewFile["content"]["segments"];

/** Null where the two are cut at other places, which says nothing. */
async function sameSegments(deps: UploadsDeps, namesake: Namesake, segments: Segments): Promise<boolean | null> {
  let i = 0;
  for await (const stored of segmentsOf(deps.db, namesake.contentId, { start: 0, end: namesake.size })) {
    const sent = segments[i++];
    if (sent?.startAt !== stored.start_at || sent.size !== stored.size) return null;
    if (!sent.sha256.equals(stored.sha256)) return false;
  }
  return i === segments.length;
}

/** What was stored a moment ago, read back. */
async function* bytesOf(deps: UploadsDeps, segments: Segments): AsyncGenerator<Uint8Array> {
  for (const { sha256 } of segments) yield await readObject(deps.store, segmentKey(sha256));
}
