import type { FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "../../../platform/http/problem.ts";

/** tus 1.0.0, https://tus.io/protocols/resumable-upload */
export const tusVersion = "1.0.0";
export const extensions = "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination";
export const checksumAlgorithms = "sha256,sha1,md5";
export const patchType = "application/offset+octet-stream";

/** "Tus-Resumable MUST be included in every request and response except for OPTIONS requests." */
export function checkVersion(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ "tus-resumable": tusVersion, "cache-control": "no-store" });
  if (request.headers["tus-resumable"] === tusVersion) return;
  throw new ProblemError(
    "unsupported_tus_version",
    `This server speaks tus ${tusVersion}; send Tus-Resumable: ${tusVersion}.`,
    {
      headers: { "tus-version": tusVersion },
    },
  );
}

/** A header that must be a whole number of bytes; null where it is absent. */
export function byteHeader(request: FastifyRequest, name: string): number | null {
  const value = request.headers[name];
  if (value === undefined) return null;
  if (typeof value !== "string" || !/^\d{1,15}$/.test(value)) {
    throw new ProblemError("invalid_request", `${name} must be a whole number of bytes.`);
  }
  return Number(value);
}

/**
 * `Upload-Metadata`: "one or more comma-separated key-value pairs. The key and value MUST be separated by a space. The key MUST NOT contain
 * spaces and commas and MUST NOT be empty. […] The value MUST be Base64 encoded. All keys MUST be unique."
 */
export function parseMetadata(header: unknown): Map<string, string> {
  const metadata = new Map<string, string>();
  if (header === undefined || header === "") return metadata;
  const bad = () =>
    new ProblemError("invalid_request", "Upload-Metadata must be comma-separated pairs of a key and a Base64 value.");
  if (typeof header !== "string") throw bad();
  for (const pair of header.split(",")) {
    const [key = "", value = "", ...rest] = pair.trim().split(" ");
    if (key === "" || rest.length > 0 || metadata.has(key) || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw bad();
    metadata.set(key, Buffer.from(value, "base64").toString("utf8"));
  }
  return metadata;
}

export interface Checksum {
  algorithm: string;
  digest: Buffer;
}

/** `Upload-Checksum`: "the name of the used checksum algorithm and the Base64 encoded checksum separated by a space." */
export function parseChecksum(request: FastifyRequest): Checksum | null {
  const header = request.headers["upload-checksum"];
  if (header === undefined) return null;
  const [algorithm = "", digest = "", ...rest] = String(header).trim().split(" ");
  if (rest.length > 0 || !checksumAlgorithms.split(",").includes(algorithm) || digest === "") {
    throw new ProblemError(
      "invalid_request",
      `Upload-Checksum must be one of ${checksumAlgorithms}, a space, and the Base64 digest.`,
    );
  }
  return { algorithm, digest: Buffer.from(digest, "base64") };
}
