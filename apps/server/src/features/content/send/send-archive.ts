import type { ByteRange, Sink } from "@holdfast/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import {
  centralHeader,
  centralHeaderLength,
  endOfArchive,
  localHeader,
  localHeaderLength,
} from "../../../platform/zip/zip-format.ts";
import type { ZipTable } from "../../../platform/zip/zip-table.ts";
import { readContent } from "../read/content-source.ts";
import { contentDisposition } from "./disposition.ts";
import { type OnSent, sendBytes } from "./send-bytes.ts";
import type { ContentSource } from "./send-content.ts";

/** What an archive is made of. The totals are known before the entries are listed, and tell its length. */
export interface Archive {
  readonly entries: number;
  /** Of all files, and of all paths. */
  readonly bytes: number;
  readonly pathBytes: number;
  readonly etag: string;
  readonly lastModified: Date;
  /** At least the first entries that are needed. @throws where they are not those that the totals are of */
  list(needed: number): Promise<ZipTable>;
  /** Of a content of which it is not known yet. */
  crc32(contentId: string): Promise<number>;
}

export interface SendArchiveOptions {
  request: FastifyRequest;
  reply: FastifyReply;
  archive: Archive;
  /** With its ending. */
  name: string;
  cacheControl?: string;
  onStart?: (ranges: readonly ByteRange[]) => Promise<void>;
  onComplete?: () => void;
  onSent?: OnSent;
}

/** Answers with a ZIP whose every byte follows from its entries: Content-Length and Range are exact, a broken download resumes. */
export async function sendArchive(source: ContentSource, options: SendArchiveOptions): Promise<void> {
  const { archive } = options;
  await sendBytes({
    ...options,
    bytes: {
      size: await sizeOf(archive),
      etag: archive.etag,
      lastModified: archive.lastModified,
      contentType: "application/zip",
      read: (range, sink) => readArchive(source, archive, range, sink),
    },
    headers: {
      "cache-control": options.cacheControl ?? "private, no-store",
      "content-disposition": contentDisposition("attachment", options.name),
    },
  });
}

const shortEntry = { path: Buffer.alloc(0), size: 0, crc32: 0, modified: new Date(0), folder: false };
const localBytes = localHeaderLength(shortEntry);
const centralBytes = centralHeaderLength(shortEntry, 0);
/** Below this, offsets and sizes take 32 bits: lengths follow from the totals. */
const small = 0xffffffff;

/** Of the whole archive, in bytes. */
async function sizeOf(archive: Archive): Promise<number> {
  const centralOffset = archive.entries * localBytes + archive.pathBytes + archive.bytes;
  if (centralOffset < small) {
    const centralSize = archive.entries * centralBytes + archive.pathBytes;
    return centralOffset + centralSize + endOfArchive(archive.entries, centralSize, centralOffset).length;
  }
  const table = await archive.list(archive.entries);
  let [at, centralSize] = [0, 0];
  for (let i = 0; i < table.length; i++) {
    centralSize += centralLengthOf(table, i, at);
    at += localLengthOf(table, i);
  }
  return at + centralSize + endOfArchive(table.length, centralSize, at).length;
}

/** Without its path, whose length is all that counts. */
function measured(table: ZipTable, i: number) {
  return { ...shortEntry, size: table.sizeOf(i) };
}

function headerLengthOf(table: ZipTable, i: number): number {
  return localHeaderLength(measured(table, i)) + table.pathBytesOf(i);
}

function localLengthOf(table: ZipTable, i: number): number {
  return headerLengthOf(table, i) + table.sizeOf(i);
}

function centralLengthOf(table: ZipTable, i: number, offset: number): number {
  return centralHeaderLength(measured(table, i), offset) + table.pathBytesOf(i);
}

/** Gathered up to here, so that a thousand small headers are not a thousand writes. */
const gatheredBytes = 64 * 1024;

async function readArchive(source: ContentSource, archive: Archive, range: ByteRange, sink: Sink): Promise<void> {
  const table = await archive.list(Math.ceil(range.end / localBytes));
  let gathered: Buffer[] = [];
  let size = 0;
  const flush = async () => {
    if (size === 0) return;
    const bytes = Buffer.concat(gathered);
    [gathered, size] = [[], 0];
    await sink(bytes);
  };
  /** Sends what of a piece that begins at `at` lies in the range. */
  const send = async (piece: Buffer, at: number) => {
    const part = piece.subarray(Math.max(0, range.start - at), Math.max(0, range.end - at));
    gathered.push(part);
    size += part.length;
    if (size >= gatheredBytes) await flush();
  };
  const entryOf = async (i: number) => {
    const contentId = table.contentIdOf(i);
    if (contentId !== null && !table.knowsCrc(i)) table.setCrc(i, await archive.crc32(contentId));
    return table.entry(i);
  };

  let at = 0;
  for (let i = 0; i < table.length && at < range.end; i++) {
    const dataAt = at + headerLengthOf(table, i);
    const next = dataAt + table.sizeOf(i);
    if (next > range.start) {
      if (dataAt > range.start) await send(localHeader(await entryOf(i)), at);
      const contentId = table.contentIdOf(i);
      const part = { start: Math.max(0, range.start - dataAt), end: Math.min(next, range.end) - dataAt };
      if (contentId !== null && part.start < part.end) {
        await flush();
        await readContent(source, { contentId, size: table.sizeOf(i) }, part, sink);
      }
    }
    at = next;
  }
  if (at < range.end) {
    const centralOffset = at;
    let offset = 0;
    for (let i = 0; i < table.length && at < range.end; i++) {
      const next = at + centralLengthOf(table, i, offset);
      if (next > range.start) await send(centralHeader(await entryOf(i), offset), at);
      offset += localLengthOf(table, i);
      at = next;
    }
    if (at < range.end) await send(endOfArchive(table.length, at - centralOffset, centralOffset), at);
  }
  await flush();
}
