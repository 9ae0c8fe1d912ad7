import { once } from "node:events";
import { PassThrough } from "node:stream";
import { crc32 } from "node:zlib";
import type { BackupPart } from "@holdfast/contract";
import { listFolder, lookUp, type Repository, readFile, type TreeNode } from "@holdfast/repository";
import type { FastifyReply, FastifyRequest } from "fastify";
import { noteSent } from "../../../platform/audit/note-sent.ts";
import type { Principal } from "../../../platform/http/principal.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import {
  centralHeader,
  dataDescriptor,
  dataDescriptorLength,
  endOfArchive,
  localHeader,
  localHeaderLength,
  type ZipEntry,
} from "../../../platform/zip/zip-format.ts";
import { contentDisposition } from "../../content/index.ts";
import { maxArchiveEntries } from "../../files/index.ts";
import type { BackupsDeps } from "../backups.deps.ts";
import { asProblem, openSnapshot } from "./access-backup.ts";
import { inSnapshot, isShown, partsOf } from "./browse-backup.ts";

/** What the archive of a whole part is called, behind the backup's name. */
const nameOfPart = { files: "", versions: ", earlier versions", trash: ", trash" } as const;

interface Entry extends ZipEntry {
  node: TreeNode;
}

/**
 * Sends a folder of a backup as a ZIP, stored, made while it is sent. A segment that cannot be read breaks the connection: no archive is
 * ever whole in form and wrong in bytes. Throws not_found, not_a_folder, busy, too_large, target_unusable, data_unreadable.
 */
export async function sendBackupArchive(
  deps: BackupsDeps,
  who: Principal,
  id: string,
  { part, path }: { part: BackupPart; path: string },
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<void> {
  const snapshot = await openSnapshot(deps, who, id, part);
  const { repository } = snapshot;
  const entries: Entry[] = [];
  try {
    const root = await lookUp(repository, snapshot.tree, inSnapshot(snapshot, path));
    if (root.subtree === undefined) throw new ProblemError("not_a_folder", "This is a file of the backup.");
    await collect(repository, root.subtree, "", entries);
  } catch (error) {
    throw asProblem(error);
  }
  const date = (snapshot.row.backup_date ?? snapshot.row.created_at).toISOString().slice(0, 10);
  const name = partsOf(path).at(-1) ?? `Backup ${date}${nameOfPart[part]}`;
  const size = lengthOf(entries);
  const noted = {
    action: "backup.archive",
    targetId: id,
    targetName: `${name}.zip`,
    kind: path,
    detail: { path, part },
  };
  const onSent = noteSent(deps.accessLog, request, noted);
  const body = new PassThrough();
  void reply
    .headers({
      "content-type": "application/zip",
      "content-length": size,
      "cache-control": "private, no-store",
      "content-disposition": contentDisposition("attachment", `${name}.zip`),
    })
    .send(body);
  await writeArchive(repository, entries, body).then(
    () => onSent(size, false),
    (error: Error) => {
      onSent(0, !body.destroyed);
      if (!body.destroyed) deps.log.warn({ err: error, backupId: id }, "the archive of a backup broke off");
      body.destroy(error);
    },
  );
}

async function collect(repository: Repository, tree: string, prefix: string, into: Entry[]): Promise<void> {
  for (const node of await listFolder(repository, tree)) {
    if (!isShown(node)) continue;
    if (into.length >= maxArchiveEntries) {
      throw new ProblemError("too_large", `An archive holds at most ${maxArchiveEntries} files and folders.`);
    }
    const folder = node.type === "dir";
    // Some programs take a backslash for a slash, and would write outside the folder that a person chose.
    const path = prefix + node.name.replace(/[\\\p{Cc}]/gu, "_");
    const size = folder ? 0 : (node.size ?? 0);
    into.push({
      ...{ path: Buffer.from(folder ? `${path}/` : path), size, modified: node.mtime, folder, node },
      // Nobody knows a file's checksum before its bytes are read.
      ...{ crc32: 0, crcFollows: !folder },
    });
    if (node.subtree !== undefined) await collect(repository, node.subtree, `${path}/`, into);
  }
}

function lengthOf(entries: readonly Entry[]): number {
  let at = 0;
  let central = 0;
  for (const entry of entries) {
    central += centralHeader(entry, at).length;
    at += localHeaderLength(entry) + entry.size + dataDescriptorLength(entry);
  }
  return at + central + endOfArchive(entries.length, central, at).length;
}

async function writeArchive(repository: Repository, entries: readonly Entry[], body: PassThrough): Promise<void> {
  const closed = new AbortController();
  body.once("close", () => closed.abort(new Error("The client has gone.")));
  const write = async (bytes: Uint8Array): Promise<void> => {
    closed.signal.throwIfAborted();
    if (!body.write(bytes)) await once(body, "drain", { signal: closed.signal });
  };
  let at = 0;
  const central: Buffer[] = [];
  for (const entry of entries) {
    const offset = at;
    await write(localHeader(entry));
    let size = 0;
    if (!entry.folder) {
      await readFile(repository, entry.node, (chunk) => {
        entry.crc32 = crc32(chunk, entry.crc32);
        size += chunk.length;
        // The chunk may be reused when this resolves, and the stream may hold it longer.
        return write(Buffer.from(chunk));
      });
      if (size !== entry.size) throw new Error(`${entry.path} has ${size} bytes, and not ${entry.size}.`);
      await write(dataDescriptor(entry));
    }
    at += localHeaderLength(entry) + entry.size + dataDescriptorLength(entry);
    central.push(centralHeader(entry, offset));
  }
  const directory = Buffer.concat(central);
  await write(directory);
  body.end(endOfArchive(entries.length, directory.length, at));
}
