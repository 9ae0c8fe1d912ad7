import { putContent } from "@holdfast/contract/client";
import { urlOf } from "@/lib/api";
import { smallFile } from "../schedule/work";
import type { ConflictChoice, UploadItem } from "../types";
import { finishKept } from "./kept";
import { putFile } from "./put";
import { sendByTus } from "./tus";

/** `done` gives the id of the file that came to be, where the server told it. */
export type Transfer = { done: Promise<string | null>; stop: (forGood: boolean) => void };

type Destination = { parentId: string | null; conflict: ConflictChoice | undefined };
type Hooks = { onProgress: (sent: number) => void; onTusUrl: (url: string) => void };

const onConflictOf = (choice: ConflictChoice | undefined): "fail" | "rename" | "replace" =>
  choice === "rename" || choice === "replace" ? choice : "fail";

/** Starts sending a file: small ones in a single request, others by tus, so that nothing sent is sent twice. */
export function startTransfer(item: UploadItem, file: File, to: Destination, hooks: Hooks): Transfer {
  if (item.kept) return { done: finishKept(item, to.conflict), stop: () => {} };
  const onConflict = onConflictOf(to.conflict);
  const lastModified = new Date(item.lastModified).toISOString();
  if (item.size <= smallFile) {
    const query = { name: item.name, parentId: to.parentId ?? undefined, onConflict, lastModified };
    const { done, stop } = putFile(urlOf(putContent, { query }), file);
    return { done: done.then((body) => (JSON.parse(body) as { id: string }).id), stop };
  }
  const metadata: Record<string, string> = {
    filename: item.name,
    filetype: file.type || "application/octet-stream",
    lastModified,
    onConflict,
  };
  if (to.parentId) metadata.parentId = to.parentId;
  return sendByTus(file, metadata, item.tusUrl, hooks);
}
