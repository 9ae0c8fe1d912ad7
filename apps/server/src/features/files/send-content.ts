import type { ServerResponse } from "node:http";
import type { ByteRange, ObjectStore, Sink } from "@holdfast/storage";
import { StorageError } from "@holdfast/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import type pg from "pg";
import { ProblemError } from "../../platform/http/problem.ts";
import { contentPolicy } from "../../platform/http/security-headers.ts";
import { readContent } from "./content-source.ts";
import { contentDisposition, mayShowInline } from "./disposition.ts";
import { contentRange, parseRange } from "./ranges.ts";
import { writeChunk } from "./write-chunk.ts";

/** Bytes that can be sent: a version of a file. */
export interface SendableContent {
  contentId: string;
  size: number;
  name: string;
  fileType: string | null;
  lastModified: Date;
  /** Where the content is one segment and its hash is known: saves a query. */
  onlySegment?: Buffer | null;
}

export interface SendOptions {
  request: FastifyRequest;
  reply: FastifyReply;
  content: SendableContent;
  disposition: "inline" | "attachment";
  /** Default `private, no-cache`: kept by the person's own browser, revalidated each time. */
  cacheControl?: string;
  /** Called once before the first byte or header of a GET that will send bytes; what it throws is answered instead. */
  onStart?: (ranges: readonly ByteRange[]) => Promise<void>;
  /** Called when everything that was asked for has gone out. */
  onComplete?: () => void;
}

export interface ContentSource {
  pool: pg.Pool;
  store: ObjectStore;
}

/**
 * Answers a GET or HEAD for a content: Range (one or several), If-Range, If-None-Match, strong ETag. Bytes go from the store's buffers
 * straight to the socket, without a stream between. Throws ProblemError only before anything was sent; after that a failure breaks
 * the connection, so that nobody takes a part for the whole.
 */
export async function sendContent(source: ContentSource, options: SendOptions): Promise<void> {
  const { request, reply, content } = options;
  const etag = `"${content.contentId}"`;
  const headers: Record<string, string | number> = {
    etag,
    "accept-ranges": "bytes",
    "last-modified": content.lastModified.toUTCString(),
    "cache-control": options.cacheControl ?? "private, no-cache",
    "content-security-policy": contentPolicy,
    "content-type": content.fileType ?? "application/octet-stream",
    "content-disposition": contentDisposition(
      options.disposition === "inline" && mayShowInline(content.fileType) ? "inline" : "attachment",
      content.name,
    ),
  };
  if (matches(request.headers["if-none-match"], etag)) return finish(reply, 304, without(headers, "content-type"));

  const ranges = mayRange(request, etag, content.lastModified) ? parseRange(request.headers.range, content.size) : null;
  if (ranges === "unsatisfiable") {
    throw new ProblemError("range_not_satisfiable", `The file has ${content.size} bytes; the range lies outside.`, {
      headers: { "content-range": `bytes */${content.size}` },
    });
  }
  const plan =
    ranges === null
      ? whole(content)
      : ranges.length === 1
        ? single(content, ranges[0] as ByteRange)
        : several(content, ranges);
  Object.assign(headers, plan.headers);
  if (request.method === "HEAD") return finish(reply, plan.status, headers);

  await options.onStart?.(plan.parts.map((part) => part.range));
  const response = reply.raw;
  let begun = false;
  const begin = () => {
    begun = true;
    reply.hijack();
    response.writeHead(plan.status, { ...(reply.getHeaders() as Record<string, string>), ...headers });
  };
  const sink: Sink = (chunk) => {
    if (!begun) begin();
    return writeChunk(response, chunk);
  };
  try {
    for (const part of plan.parts) {
      if (part.head) await sink(part.head);
      await readContent(source, content, part.range, sink);
    }
    if (plan.tail) await sink(plan.tail);
  } catch (error) {
    if (begun) {
      abandon(response, request, error);
      return;
    }
    throw error instanceof StorageError ? unreadable(error) : error;
  }
  if (!begun) begin();
  response.end(options.onComplete);
}

interface Part {
  head?: Buffer;
  range: ByteRange;
}
interface Plan {
  status: number;
  headers: Record<string, string | number>;
  parts: Part[];
  tail?: Buffer;
}

function whole(content: SendableContent): Plan {
  return {
    status: 200,
    headers: { "content-length": content.size },
    parts: [{ range: { start: 0, end: content.size } }],
  };
}

function single(content: SendableContent, range: ByteRange): Plan {
  return {
    status: 206,
    headers: { "content-length": range.end - range.start, "content-range": contentRange(range, content.size) },
    parts: [{ range }],
  };
}

/** multipart/byteranges (RFC 9110, 14.6). */
function several(content: SendableContent, ranges: readonly ByteRange[]): Plan {
  const boundary = `holdfast-${content.contentId}`;
  const type = content.fileType ?? "application/octet-stream";
  const parts = ranges.map((range, i) => ({
    range,
    head: Buffer.from(
      `${i === 0 ? "" : "\r\n"}--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range, content.size)}\r\n\r\n`,
    ),
  }));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const length = parts.reduce((sum, part) => sum + part.head.length + part.range.end - part.range.start, tail.length);
  return {
    status: 206,
    headers: { "content-length": length, "content-type": `multipart/byteranges; boundary=${boundary}` },
    parts,
    tail,
  };
}

/** If-Range (RFC 9110, 13.1.5): a range counts only of the very bytes that the client has the beginning of. */
function mayRange(request: FastifyRequest, etag: string, lastModified: Date): boolean {
  const condition = request.headers["if-range"];
  if (typeof condition !== "string") return true;
  return condition.startsWith('"') ? condition === etag : condition === lastModified.toUTCString();
}

export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header === "*" || header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}

function without(headers: Record<string, string | number>, name: string): Record<string, string | number> {
  const { [name]: _left, ...rest } = headers;
  return rest;
}

function finish(reply: FastifyReply, status: number, headers: Record<string, string | number>): void {
  reply.hijack();
  reply.raw.writeHead(status, { ...(reply.getHeaders() as Record<string, string>), ...headers });
  reply.raw.end();
}

function abandon(response: ServerResponse, request: FastifyRequest, error: unknown): void {
  const gone = response.destroyed || response.socket?.destroyed;
  response.destroy();
  // That a person stopped a download is no news.
  if (!gone) request.log.error({ err: error }, "a download broke off");
}

export function unreadable(error: StorageError): ProblemError {
  return new ProblemError(
    "data_unreadable",
    "The bytes of this file cannot be read right now. The administrator can see why.",
    {
      cause: error,
    },
  );
}
