import type { BackupEntry, BackupPart } from "@holdfast/contract";
import { listFolder, lookUp, readFile, type TreeNode } from "@holdfast/repository";
import type { FastifyReply, FastifyRequest } from "fastify";
import mime from "mime";
import { noteSent } from "../../../platform/audit/note-sent.ts";
import type { Principal } from "../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../platform/http/problem.ts";
import { contentPolicy } from "../../../platform/http/security-headers.ts";
import { decodeCursor, invalidCursor } from "../../../platform/listing/cursor.ts";
import { type Page, type PageQuery, pageOf, rowsFor } from "../../../platform/listing/page.ts";
import { contentDisposition, sendBytes } from "../../content/index.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { asProblem, type OpenSnapshot, openSnapshot } from "./access-backup.ts";

/** A path of the API, as parts. */
export function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

/** Below the snapshot's own root. */
export function inSnapshot({ rootPath }: Pick<OpenSnapshot, "rootPath">, path: string): string {
  return [...partsOf(rootPath), ...partsOf(path)].join("/");
}

type Order = { sort: "name" | "size" | "modified"; order: "asc" | "desc" };

/** A folder of a backup: folders first, then as asked for; by name, numbers count by their value. Throws not_found, not_a_folder, busy, target_unusable. */
export async function listBackupFiles(
  deps: BackupsDeps,
  who: Principal,
  id: string,
  query: PageQuery & { path: string; part: BackupPart } & Order,
): Promise<Page<BackupEntry>> {
  const [start] = decodeCursor(query.cursor, ["number"]) ?? [0];
  if (!Number.isSafeInteger(start) || start < 0) throw invalidCursor();
  const snapshot = await openSnapshot(deps, who, id, query.part);
  const path = inSnapshot(snapshot, query.path);
  try {
    const node = await lookUp(snapshot.repository, snapshot.tree, path);
    if (node.subtree === undefined) throw new ProblemError("not_a_folder", "This is a file of the backup.");
    const nodes = await listFolder(snapshot.repository, node.subtree);
    const prefix = partsOf(query.path);
    const items = nodes.filter(isShown).sort(inOrder(query));
    const found = items.slice(start, start + rowsFor(query));
    return pageOf(
      found,
      query,
      () => [start + query.limit],
      (item) => toEntry(item, prefix),
    );
  } catch (error) {
    throw asProblem(error);
  }
}

/** Sends a file of a backup, or ranges of it. Throws not_found, not_a_file, busy, target_unusable, data_unreadable. */
export async function sendBackupContent(
  deps: BackupsDeps,
  who: Principal,
  id: string,
  { part, path }: { part: BackupPart; path: string },
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<void> {
  const snapshot = await openSnapshot(deps, who, id, part);
  const node = await lookUp(snapshot.repository, snapshot.tree, inSnapshot(snapshot, path)).catch((error) => {
    throw asProblem(error);
  });
  if (node.name === "") throw notFound();
  if (node.type !== "file") throw new ProblemError("not_a_file", "This is a folder of the backup.");
  // The same bytes have the same chunks: an exact, strong tag.
  const tag = node.content?.length ? `${node.content[0]?.slice(0, 32)}-${node.content.at(-1)?.slice(0, 32)}` : "empty";
  const noted = { action: "backup.download", targetId: id, targetName: node.name, kind: path, detail: { path, part } };
  await sendBytes({
    request,
    reply,
    onSent: noteSent(deps.accessLog, request, noted),
    bytes: {
      size: node.size ?? 0,
      etag: `"${id.slice(0, 8)}-${node.size ?? 0}-${tag}"`,
      lastModified: node.mtime,
      contentType: mime.getType(node.name) ?? "application/octet-stream",
      read: (range, sink) =>
        readFile(snapshot.repository, node, sink, range).catch((error) => {
          throw asProblem(error);
        }),
    },
    headers: {
      "cache-control": "private, no-cache",
      "content-security-policy": contentPolicy,
      "content-disposition": contentDisposition("attachment", node.name),
    },
  });
}

/** Whoever wrote to the repository with restic itself may have stored links and devices: they are nothing that can be had back here. */
export function isShown(node: TreeNode): boolean {
  return node.type === "file" || node.type === "dir";
}

const collator = new Intl.Collator("en", { numeric: true });

function byName(a: TreeNode, b: TreeNode): number {
  return collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
}

function inOrder({ sort, order }: Order): (a: TreeNode, b: TreeNode) => number {
  const sign = order === "asc" ? 1 : -1;
  const by = {
    name: byName,
    size: (a: TreeNode, b: TreeNode) => (a.size ?? 0) - (b.size ?? 0),
    modified: (a: TreeNode, b: TreeNode) => a.mtime.getTime() - b.mtime.getTime(),
  }[sort];
  return (a, b) => {
    if (a.type !== b.type) return a.type === "dir" ? -1 : 1;
    return sign * by(a, b) || byName(a, b);
  };
}

function toEntry(node: TreeNode, prefix: readonly string[]): BackupEntry {
  return {
    name: node.name,
    path: [...prefix, node.name].join("/"),
    kind: node.type === "dir" ? "folder" : "file",
    fileSize: node.size ?? 0,
    lastModified: node.mtime.toISOString(),
  };
}
