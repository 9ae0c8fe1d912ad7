import type { File } from "@holdfast/contract";
import { getArchive, getContent } from "@holdfast/contract/client";
import { urlOf } from "@/lib/api";

type Disposition = "inline" | "attachment";

export function contentUrl(id: string, disposition: Disposition, version?: string): string {
  return urlOf(getContent, { params: { id }, query: { disposition, version } });
}

export function folderPath(id: string | null): string {
  return id ? `/files/${id}` : "/files";
}

/** The folder that an address of ours shows. */
export function folderOfPath(pathname: string): string | null {
  return /^\/files\/([^/]+)/.exec(pathname)?.[1] ?? null;
}

/** Hands an address to the browser's own download, which shows its progress and can resume. */
export function startDownload(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

/** The most entries whose ids fit into one address. */
export const archiveLimit = 300;

export function downloadUrl(files: readonly Pick<File, "id" | "kind">[]): string {
  const [first] = files;
  if (files.length === 1 && first?.kind === "file") return contentUrl(first.id, "attachment");
  return urlOf(getArchive, { query: { ids: files.map((file) => file.id).join(",") } });
}
