import type { IncomingMessage } from "node:http";
import { type BatchItem, maxBatchBytes, maxBatchEntries } from "@holdfast/contract";
import { chunksOf } from "../../../platform/http/clients/slow-clients.ts";
import { toProblem } from "../../../platform/http/errors.ts";
import type { Origin } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { readTar } from "../../../platform/tar/read-tar.ts";
import { DamagedArchive } from "../../../platform/tar/tar-header.ts";
import { accessFolder } from "../../access/index.ts";
import { contentLength } from "../receive-body.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import { AtMost } from "./at-most.ts";
import { createFolderAt } from "./folders.ts";
import { storeEntry, type WantedBatch } from "./store-entry.ts";

/** Files of one request on their way into the store and the catalogue: they share flushes and commits. */
const underWayAtOnce = 16;

/**
 * Stores the entries of a tar archive (docs/design/batch-upload.md). Resolves when each is durable and visible, or refused for itself.
 * @throws ProblemError with the items that were settled, where the request ends early
 */
export async function receiveBatch(
  deps: UploadsDeps,
  origin: Origin,
  wanted: WantedBatch,
  body: IncomingMessage,
): Promise<BatchItem[]> {
  if ((contentLength(body) ?? 0) > maxBatchBytes) throw tooLarge();
  await accessFolder(deps.db, wanted.userId, wanted.parentId);
  const items: BatchItem[] = [];
  const folderAt = createFolderAt(deps, origin, wanted);
  const work = new AtMost(underWayAtOnce);
  const paths = new Set<string>();
  let entries = 0;
  try {
    for await (const entry of readTar(upTo(maxBatchBytes, chunksOf(body)))) {
      const at = entries++;
      if (at === maxBatchEntries) throw tooLarge();
      // The last of several with one path is the one that counts, as when an archive is unpacked.
      if (paths.has(entry.shown)) await work.settle();
      paths.add(entry.shown);
      await work.begin(async () => {
        items[at] = await storeEntry(deps, origin, wanted, folderAt, entry);
      });
    }
    await work.end();
    return items;
  } catch (error) {
    // The connection is cut at an instant that nobody chose: what had come whole is stored all the same.
    await work.settle();
    const broken = (error as NodeJS.ErrnoException).code === "ECONNRESET" && !body.complete;
    throw endedEarly(broken ? cutOff() : error, wanted, items);
  }
}

async function* upTo(most: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let taken = 0;
  for await (const chunk of chunks) {
    taken += chunk.length;
    if (taken > most) throw tooLarge();
    yield chunk;
  }
}

function cutOff(): ProblemError {
  return new ProblemError("length_mismatch", "The connection broke before the archive was complete. Send it again.");
}

function tooLarge(): ProblemError {
  return new ProblemError(
    "too_large",
    `One request takes up to ${maxBatchEntries} entries and ${maxBatchBytes / 1024 ** 3} GiB. Send the rest in further requests.`,
  );
}

function endedEarly(error: unknown, { onConflict }: WantedBatch, items: readonly BatchItem[]): ProblemError {
  const problem =
    error instanceof DamagedArchive
      ? new ProblemError("invalid_archive", `${error.message} What is listed in the answer as stored stays.`)
      : toProblem(error, { reads: false, repeatable: onConflict !== "rename" });
  return new ProblemError(problem.code, problem.message, {
    headers: problem.headers,
    // Those that were under way when something else failed have an item; places of what was never begun are empty.
    items: items.filter(Boolean),
    cause: problem.cause,
  });
}
