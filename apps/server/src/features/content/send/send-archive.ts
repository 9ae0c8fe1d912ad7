import { createHash } from "node:crypto";
import type { ByteRange, Sink } from "@holdfast/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import {
  centralHeader,
  centralHeaderLength,
  endOfArchive,
  localHeader,
  localHeaderLength,
  type ZipEntry,
} from "../../../platform/zip/zip-format.ts";
import { readContent } from "../read/content-source.ts";
import { contentDisposition } from "./disposition.ts";
import { sendBytes } from "./send-bytes.ts";
import type { ContentSource } from "./send-content.ts";

/** A file or folder of an archive whose bytes lie in a content; a folder has none. */
export interface ArchiveEntry extends ZipEntry {
  contentId: string | null;
}

export interface SendArchiveOptions {
  request: FastifyRequest;
  reply: FastifyReply;
  entries: readonly ArchiveEntry[];
  /** With its ending. */
  name: string;
  cacheControl?: string;
  onStart?: (ranges: readonly ByteRange[]) => Promise<void>;
  onComplete?: () => void;
}

/** Answers with a ZIP whose every byte follows from its entries: Content-Length and Range are exact, a broken download resumes. */
export async function sendArchive(source: ContentSource, options: SendArchiveOptions): Promise<void> {
  const archive = layOut(options.entries);
  const newest = options.entries.reduce((time, entry) => Math.max(time, entry.modified.getTime()), 0);
  await sendBytes({
    ...options,
    bytes: {
      size: archive.size,
      etag: `"${digest(options.entries)}"`,
      lastModified: new Date(newest),
      contentType: "application/zip",
      read: (range, sink) => readArchive(source, archive, range, sink),
    },
    headers: {
      "cache-control": options.cacheControl ?? "private, no-store",
      "content-disposition": contentDisposition("attachment", options.name),
    },
  });
}

interface Archive {
  entries: readonly ArchiveEntry[];
  /** Where each entry's local header begins. */
  offsets: number[];
  centralOffset: number;
  centralSize: number;
  size: number;
}

function layOut(entries: readonly ArchiveEntry[]): Archive {
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    offsets.push(at);
    at += localHeaderLength(entry) + entry.size;
  }
  const centralOffset = at;
  entries.forEach((entry, i) => {
    at += centralHeaderLength(entry, offsets[i] as number);
  });
  const centralSize = at - centralOffset;
  const size = at + endOfArchive(entries.length, centralSize, centralOffset).length;
  return { entries, offsets, centralOffset, centralSize, size };
}

function digest(entries: readonly ArchiveEntry[]): string {
  const hash = createHash("sha256");
  for (const entry of entries)
    hash.update(`${entry.path.length}:`).update(entry.path).update(`${entry.contentId}\0${entry.modified.getTime()}\n`);
  return hash.digest("base64url").slice(0, 32);
}

async function readArchive(source: ContentSource, archive: Archive, range: ByteRange, sink: Sink): Promise<void> {
  const { entries, offsets } = archive;
  /** Sends what of a piece that begins at `at` lies in the range. */
  const send = async (piece: Buffer, at: number) => {
    const start = Math.max(0, range.start - at);
    const end = Math.min(piece.length, range.end - at);
    if (start < end) await sink(piece.subarray(start, end));
  };
  for (let i = firstTouched(offsets, range.start); i < entries.length; i++) {
    const entry = entries[i] as ArchiveEntry;
    const at = offsets[i] as number;
    if (at >= range.end) return;
    const dataAt = at + localHeaderLength(entry);
    if (range.start < dataAt) await send(localHeader(entry), at);
    const start = Math.max(0, range.start - dataAt);
    const end = Math.min(entry.size, range.end - dataAt);
    if (entry.contentId !== null && start < end) {
      await readContent(source, { contentId: entry.contentId, size: entry.size }, { start, end }, sink);
    }
  }
  let at = archive.centralOffset;
  // Gathered, so that a thousand small headers are not a thousand writes.
  let gathered: Buffer[] = [];
  let gatheredAt = at;
  for (let i = 0; i < entries.length; i++) {
    const header = centralHeader(entries[i] as ArchiveEntry, offsets[i] as number);
    gathered.push(header);
    at += header.length;
    if (at - gatheredAt > 256 * 1024) {
      await send(Buffer.concat(gathered), gatheredAt);
      gathered = [];
      gatheredAt = at;
    }
  }
  await send(Buffer.concat(gathered), gatheredAt);
  await send(endOfArchive(entries.length, archive.centralSize, archive.centralOffset), at);
}

/** The last entry that begins at or before `position`. */
function firstTouched(offsets: readonly number[], position: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
