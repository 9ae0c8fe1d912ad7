import { humanBytes } from "../../platform/http/human-bytes.ts";
import type { Origin } from "../../platform/http/principal.ts";
import { ProblemError } from "../../platform/http/problem.ts";
import { accessFolder } from "../access/index.ts";
import { ContentWriter } from "../content/index.ts";
import { checkName, checkQuota, nameTaken } from "../files/index.ts";
import { type CommittedFile, withinCalendar } from "./commit/commit-file.ts";
import { commitWritten, type WantedFile } from "./commit/commit-written.ts";
import { findNamesake, holdsTheSame, type Namesake, stillThere } from "./commit/same-file.ts";
import type { Body } from "./receive-body.ts";
import type { UploadsDeps } from "./uploads.deps.ts";

/** Up to here a body is taken first and judged when it is whole: asking before would cost as much as the file. */
const smallBytes = 1024 * 1024;

export interface BodyLimits {
  /** The largest that is taken, besides what the server takes at most. */
  maxBytes?: number;
  /** Of a body of unknown length: asked where so many bytes have come. Resolves with how many may be taken before it is asked again. */
  mayTake?(bytes: number): Promise<number>;
}

/** As `WantedFile`; the folder may still be on its way. */
export type SentFile = Omit<WantedFile, "parentId"> & { parentId: string | null | Promise<string | null> };

/**
 * Stores a body as a file. Resolves when everything is durable and visible. A small body is taken while its folder is on its way.
 * @throws invalid_name, not_found, not_a_folder, name_taken, quota_exceeded, too_large, disk_full, length_mismatch
 */
export async function putContent(
  deps: UploadsDeps,
  origin: Origin,
  sent: SentFile,
  body: Body,
  limits: BodyLimits = {},
): Promise<CommittedFile> {
  checkName(sent.name);
  const announced = body.length;
  const place = async (): Promise<WantedFile> => ({ ...sent, parentId: await sent.parentId });
  const limit = Math.min(limits.maxBytes ?? Number.POSITIVE_INFINITY, deps.maxFileSize ?? Number.POSITIVE_INFINITY);
  if (announced !== null && announced > limit) throw tooLarge(limit);
  // Of a body of unknown length no more is taken than the quota has left: else it would be stored, and refused in the end.
  let quotaLeft: (taken: number) => Promise<number> = async () => Number.POSITIVE_INFINITY;
  if (announced === null || announced > smallBytes) {
    const wanted = await place();
    const asked = await askBefore(deps, wanted, announced);
    if ("namesake" in asked) return compareContent(deps, wanted, asked.namesake, body);
    if (announced === null) quotaLeft = asked.quotaLeft;
  }
  let enough = announced === null ? 0 : Number.POSITIVE_INFINITY;
  const hold = await deps.room.hold(announced);
  const takeMemory = deps.memory.of(await senderOf(origin, sent), announced);
  const writer = new ContentWriter(deps, { takeMemory, announced });
  try {
    for await (const chunk of body.chunks()) {
      const taken = writer.size + chunk.length;
      if (taken > limit) throw tooLarge(limit);
      if (taken > enough)
        enough = Math.min(await quotaLeft(taken), (await limits.mayTake?.(taken)) ?? Number.POSITIVE_INFINITY);
      hold.took(chunk.length);
      await writer.write(chunk);
    }
    if (announced !== null && announced !== writer.size) throw lengthMismatch(announced, writer.size);
    return await commitWritten(deps, origin, writer, await place());
  } catch (error) {
    await writer.abort();
    // The database's connection can be reset as well: then the body has come whole, and the fault is not the client's.
    if ((error as NodeJS.ErrnoException).code === "ECONNRESET" && !body.whole)
      throw lengthMismatch(announced, writer.size);
    throw error;
  } finally {
    hold.release();
  }
}

/** Whose share of memory a body takes: the account's, or that of the link into a folder. */
async function senderOf({ actorId }: Origin, { parentId }: SentFile): Promise<string> {
  return actorId === null ? `folder ${await parentId}` : `user ${actorId}`;
}

type Asked = { namesake: Namesake } | { quotaLeft(taken: number): Promise<number> };

/**
 * What would be refused in the end is refused before the body is sent. The commit judges again.
 * @returns what has the name already, and may be the very file that is sent: it counts against no limit, and is only to be compared
 */
async function askBefore(deps: UploadsDeps, wanted: WantedFile, size: number | null): Promise<Asked> {
  const { id: parentId, spaceId } = await accessFolder(deps.db, wanted.userId, wanted.parentId);
  if (wanted.onConflict === "fail") {
    const lastModified = withinCalendar(wanted.lastModified);
    const namesake = await findNamesake(deps, { ...wanted, parentId, lastModified }, size);
    if (namesake) return { namesake };
  }
  const quotaLeft = (bytes: number) => deps.db.transaction((tx) => checkQuota(tx, spaceId, bytes, wanted.userId));
  const left = (await quotaLeft(size ?? 0)) ?? Number.POSITIVE_INFINITY;
  return {
    quotaLeft: async (taken) => (taken <= left ? left : ((await quotaLeft(taken)) ?? Number.POSITIVE_INFINITY)),
  };
}

/** @throws name_taken where the body is another one, conflict where the file was changed meanwhile */
async function compareContent(
  deps: UploadsDeps,
  wanted: WantedFile,
  namesake: Namesake,
  body: Body,
): Promise<CommittedFile> {
  let received = 0;
  const counted = async function* () {
    for await (const chunk of body.chunks()) {
      received += chunk.length;
      yield chunk;
    }
  };
  try {
    if (!(await holdsTheSame(deps, namesake, counted()))) throw nameTaken(wanted.name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNRESET" && !body.whole)
      throw lengthMismatch(body.length, received);
    throw error;
  }
  const lastModified = withinCalendar(wanted.lastModified);
  const file = await stillThere(
    deps,
    { ...wanted, parentId: wanted.parentId ?? wanted.userId, lastModified },
    namesake,
  );
  if (!file)
    throw new ProblemError("conflict", "This file was changed while it was being sent again. Send it once more.");
  return { file, replaced: true, unchanged: true };
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError("too_large", `The largest file that fits here is ${humanBytes(limit)}.`);
}

function lengthMismatch(announced: number | null, received: number): ProblemError {
  return new ProblemError(
    "length_mismatch",
    `The body ended after ${received}${announced === null ? "" : ` of ${announced}`} bytes. Nothing was stored; send it again.`,
  );
}
