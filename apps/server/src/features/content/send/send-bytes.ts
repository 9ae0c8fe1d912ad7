import type { ServerResponse } from "node:http";
import type { ByteRange, Sink } from "@holdfast/storage";
import { StorageError } from "@holdfast/storage";
import type { FastifyReply, FastifyRequest } from "fastify";
import { clientKey } from "../../../platform/http/clients/client-key.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { contentRange, parseRange } from "./ranges.ts";
import { writeChunk } from "./write-chunk.ts";

/** Something of a known length that can be read from anywhere: a file's content, or an archive that is made as it is read. */
export interface SendableBytes {
  size: number;
  /** Strong, with its quotes: equal tags mean equal bytes. */
  etag: string;
  lastModified: Date;
  contentType: string;
  /** Pushes the bytes of `range` into `sink`, in order, all of them or rejects. */
  read(range: ByteRange, sink: Sink): Promise<void>;
}

export interface SendBytesOptions {
  request: FastifyRequest;
  reply: FastifyReply;
  bytes: SendableBytes;
  /** Beyond those that follow from the bytes. */
  headers: Record<string, string>;
  /** Called once before the first byte or header of a GET that will send bytes; what it throws is answered instead. */
  onStart?: ((ranges: readonly ByteRange[]) => Promise<void>) | undefined;
  /** Called when everything that was asked for has gone out. */
  onComplete?: (() => void) | undefined;
  /** Called once after a GET that sent bytes or failed to: how many of them, and whether it was the server that failed. */
  onSent?: OnSent | undefined;
}

export type OnSent = (bytes: number, failed: boolean) => void;

/**
 * Answers a GET or HEAD: Range (one or several), If-Range, If-None-Match, strong ETag. Bytes go from the reader's buffers straight to
 * the socket, without a stream between. Throws ProblemError only before anything was sent; after that a failure breaks the
 * connection, so that nobody takes a part for the whole. Never sends more or fewer bytes than announced and keeps the connection.
 */
export async function sendBytes(options: SendBytesOptions): Promise<void> {
  const { request, reply, bytes } = options;
  const headers: Record<string, string | number> = {
    etag: bytes.etag,
    "accept-ranges": "bytes",
    "last-modified": bytes.lastModified.toUTCString(),
    "content-type": bytes.contentType,
    ...options.headers,
  };
  if (matches(request.headers["if-none-match"], bytes.etag))
    return finish(reply, 304, without(headers, "content-type"));

  const ranges = mayRange(request, bytes) ? parseRange(request.headers.range, bytes.size) : null;
  if (ranges === "unsatisfiable") {
    throw new ProblemError("range_not_satisfiable", `There are ${bytes.size} bytes; the range lies outside.`, {
      headers: { "content-range": `bytes */${bytes.size}` },
    });
  }
  const plan =
    ranges === null
      ? whole(bytes)
      : ranges.length === 1
        ? single(bytes, ranges[0] as ByteRange)
        : several(bytes, ranges);
  Object.assign(headers, plan.headers);
  if (request.method === "HEAD") return finish(reply, plan.status, headers);

  const release = request.server.downloads.take(clientKey(request));
  try {
    await sendPlan(options, plan, headers);
  } finally {
    release();
  }
}

async function sendPlan(
  { request, reply, bytes, onStart, onComplete, onSent }: SendBytesOptions,
  plan: Plan,
  headers: Record<string, string | number>,
): Promise<void> {
  await onStart?.(plan.parts.map((part) => part.range));
  const response = reply.raw;
  let begun = false;
  const begin = () => {
    begun = true;
    reply.hijack();
    response.writeHead(plan.status, { ...(reply.getHeaders() as Record<string, string>), ...headers });
  };
  const announced = Number(plan.headers["content-length"]);
  let left = announced;
  const sink: Sink = (chunk) => {
    // What is too much would stand where the next answer on this connection belongs.
    if (chunk.length > left) throw new Error(`More bytes came than the ${plan.headers["content-length"]} announced.`);
    left -= chunk.length;
    if (!begun) begin();
    return writeChunk(response, chunk);
  };
  try {
    for (const part of plan.parts) {
      if (part.head) await sink(part.head);
      await bytes.read(part.range, sink);
    }
    if (plan.tail) await sink(plan.tail);
    if (left > 0) throw new Error(`${left} bytes of ${plan.headers["content-length"]} announced are missing.`);
  } catch (error) {
    const gone = response.destroyed || Boolean(response.socket?.destroyed);
    onSent?.(announced - left, !gone);
    if (begun) {
      abandon(response, request, error);
      return;
    }
    throw error instanceof StorageError ? unreadable(error) : error;
  }
  if (!begun) begin();
  onSent?.(announced, false);
  response.end(onComplete);
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

function whole(bytes: SendableBytes): Plan {
  return {
    status: 200,
    headers: { "content-length": bytes.size },
    parts: [{ range: { start: 0, end: bytes.size } }],
  };
}

function single(bytes: SendableBytes, range: ByteRange): Plan {
  return {
    status: 206,
    headers: { "content-length": range.end - range.start, "content-range": contentRange(range, bytes.size) },
    parts: [{ range }],
  };
}

/** multipart/byteranges (RFC 9110, 14.6). */
function several(bytes: SendableBytes, ranges: readonly ByteRange[]): Plan {
  const boundary = `holdfast-${bytes.etag.replace(/[^\w-]/g, "")}`;
  const type = bytes.contentType;
  const parts = ranges.map((range, i) => ({
    range,
    head: Buffer.from(
      `${i === 0 ? "" : "\r\n"}--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range, bytes.size)}\r\n\r\n`,
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

/** Whether a request may be answered with less than all bytes. */
export function asksForPart({ headers }: FastifyRequest): boolean {
  return headers.range !== undefined || headers["if-none-match"] !== undefined;
}

/** If-Range (RFC 9110, 13.1.5): a range counts only of the very bytes that the client has the beginning of. */
function mayRange(request: FastifyRequest, bytes: SendableBytes): boolean {
  const condition = request.headers["if-range"];
  if (typeof condition !== "string") return true;
  return condition.startsWith('"') ? condition === bytes.etag : condition === bytes.lastModified.toUTCString();
}

function matches(header: string | undefined, etag: string): boolean {
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

function unreadable(error: StorageError): ProblemError {
  return new ProblemError(
    "data_unreadable",
    "The bytes of this file cannot be read right now. The administrator can see why.",
    {
      cause: error,
    },
  );
}
