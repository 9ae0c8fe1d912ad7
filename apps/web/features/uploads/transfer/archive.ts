import type { BatchItem } from "@holdfast/contract";
import { uploadBatch } from "@holdfast/contract/client";
import { ApiError, urlOf } from "@/lib/api";
import { sendBody } from "./put";
import { tarOf } from "./tar";

export type ArchiveFile = { name: string; lastModified: number; file: File };

/** `done` gives what became of each file, in their order: its id, or why it was refused. */
export type ArchiveTransfer = { done: Promise<(string | ApiError)[]>; stop: () => void };

/**
 * Sends files into one folder by one request (docs/design/batch-upload.md). A name that is taken is always refused there, so that nothing is stored
 * twice when all of it is sent again: what came the first time is unchanged.
 * @param onSent how many files have gone as a whole, as far as the browser knows
 */
export function sendArchive(
  parentId: string | null,
  files: readonly ArchiveFile[],
  onSent: (files: number) => void,
): ArchiveTransfer {
  const { archive, ends } = tarOf(files);
  const query = { parentId: parentId ?? undefined, onConflict: "fail" as const };
  const body = { bytes: archive, type: archive.type, files: files.map(({ file }) => file) };
  let whole = 0;
  const { done, stop } = sendBody("POST", urlOf(uploadBatch, { query }), body, (sent) => {
    while (whole < ends.length && (ends[whole] as number) <= sent) whole++;
    onSent(whole);
  });
  return { done: done.then((answer) => outcomesOf(answer, files)), stop };
}

/** @throws where the answer is not about these files */
function outcomesOf(answer: string, files: readonly ArchiveFile[]): (string | ApiError)[] {
  const { items } = JSON.parse(answer) as { items: BatchItem[] };
  if (items.length !== files.length)
    throw new Error(`The server answered for ${items.length} of ${files.length} files.`);
  return items.map(({ id, code, detail = "" }) => {
    if (id !== undefined) return id;
    // The server has said this, though its answer as a whole has no id to quote for it.
    const said = { code: code ?? "internal", detail, requestId: "entry" } as const;
    return new ApiError({ type: "about:blank", title: detail, status: 400, ...said });
  });
}
