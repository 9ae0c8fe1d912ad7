import { type ErrorCode, errorCodes } from "../base/errors.ts";
import type { Operation } from "../base/operation.ts";

type Json = Record<string, unknown>;

const file = { type: "string", format: "binary" };
const problem = { $ref: "#/components/responses/Problem" };
/** Answers to HEAD have no body, those of errors neither. */
const silentProblem = { description: "A problem, told by its status alone" };

/** Every answer of an operation by its status; `default` is what any operation can answer. */
export function answersOf(operation: Operation, result: Json | undefined): Json {
  const silent = operation.method === "HEAD";
  const content = silent || result === undefined ? {} : { content: result };
  const success = { description: "Success", ...headersOf(operation.sends), ...content };
  const also = Object.entries(operation.also ?? {}).map(([status, when]) => [
    status,
    { ...success, description: when },
  ]);
  return {
    [operation.status]: operation.ranges ? { ...success, headers: bytesHeaders } : success,
    ...Object.fromEntries(also),
    ...(operation.ranges ? partsOf(operation, silent) : {}),
    ...problemsOf(operation, silent),
    default: silent ? silentProblem : problem,
  };
}

const idempotencyErrors: readonly ErrorCode[] = ["idempotency_mismatch", "idempotency_in_progress"];

function problemsOf(operation: Operation, silent: boolean): Json {
  const byStatus = new Map<number, string[]>();
  for (const code of [...operation.errors, ...(operation.idempotencyKey ? idempotencyErrors : [])]) {
    const { status } = errorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const content = silent
    ? {}
    : { content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, { description: codes.join(", "), ...content }]),
  );
}

const header = (description: string) => ({ description, schema: { type: "string" } });

const bytesHeaders = {
  etag: header("changes with the bytes"),
  "accept-ranges": header("bytes"),
  "last-modified": header("RFC 9110 date"),
  "content-length": header("bytes of the body"),
};

function partsOf({ media }: Operation, silent: boolean): Json {
  const one = { [media ?? "*/*"]: { schema: file } };
  const content = silent ? {} : { content: { ...one, "multipart/byteranges": { schema: file } } };
  return {
    206: {
      description: "The parts that Range asks for: one as it is, several as multipart/byteranges",
      headers: { ...bytesHeaders, "content-range": header("which part of how much; absent with several") },
      ...content,
    },
    304: { description: "What If-None-Match names is still it", headers: { etag: bytesHeaders.etag } },
  };
}

function headersOf(sends: Operation["sends"]): Json {
  if (!sends) return {};
  return { headers: Object.fromEntries(Object.entries(sends).map(([name, what]) => [name, header(what)])) };
}

/** Bytes of an answer as they are described: any media type, as the file has, unless it is always the same. */
export function bytesContent(media = "*/*"): Json {
  return { [media]: { schema: media === "application/json" ? {} : file } };
}
