import type { ByteRange } from "@holdfast/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Queryable } from "../../../platform/database/database.ts";
import { contentPolicy } from "../../../platform/http/security-headers.ts";
import { readContent } from "../read/content-source.ts";
import type { SegmentReader } from "../read/segment-reader.ts";
import { contentDisposition, mayShowInline } from "./disposition.ts";
import { type OnSent, sendBytes } from "./send-bytes.ts";

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
  /** See `SendBytesOptions`. */
  onSent?: OnSent;
}

export interface ContentSource {
  db: Queryable;
  segments: SegmentReader;
}

/** Answers a GET or HEAD for a content (see `sendBytes`). Only types that cannot hold a script are ever shown inline. */
export async function sendContent(source: ContentSource, options: SendOptions): Promise<void> {
  const { content } = options;
  const inline = options.disposition === "inline" && mayShowInline(content.fileType);
  await sendBytes({
    ...options,
    bytes: {
      size: content.size,
      etag: `"${content.contentId}"`,
      lastModified: content.lastModified,
      contentType: content.fileType ?? "application/octet-stream",
      read: (range, sink) => readContent(source, content, range, sink),
    },
    headers: {
      "cache-control": options.cacheControl ?? "private, no-cache",
      "content-security-policy": contentPolicy,
      "content-disposition": contentDisposition(inline ? "inline" : "attachment", content.name),
    },
  });
}
