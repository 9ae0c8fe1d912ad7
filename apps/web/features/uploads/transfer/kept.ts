import { finishUpload } from "@holdfast/contract/client";
import { call } from "@/lib/api";
import type { ConflictChoice, UploadItem } from "../types";

/** The server's id of an upload by tus. */
export function uploadIdOf(item: Pick<UploadItem, "tusUrl">): string | undefined {
  return item.tusUrl?.split("/").at(-1);
}

/** Makes a file of an upload whose bytes are all at the server: nothing is sent again. */
export async function finishKept(item: UploadItem, choice: ConflictChoice | undefined): Promise<string> {
  const body = choice === "rename" || choice === "replace" ? { onConflict: choice } : {};
  const file = await call(finishUpload, { params: { id: uploadIdOf(item) ?? "" }, body });
  return file.id;
}

/** What the server holds of an upload goes. */
export function discardAtServer(item: Pick<UploadItem, "tusUrl">): void {
  if (item.tusUrl) void discardUpload(item.tusUrl).catch(() => {});
}

export async function discardUpload(url: string): Promise<void> {
  await fetch(url, { method: "DELETE", headers: { "tus-resumable": "1.0.0" } });
}
