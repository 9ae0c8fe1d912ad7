import { StorageError } from "@holdfast/storage";
import type { FastifyError, FastifyInstance } from "fastify";
import { NoRoomLeft } from "../storage/room.ts";
import { ProblemError, problemBody } from "./problem.ts";

const pgUnavailable = new Set([
  "57P01",
  "57P02",
  "57P03",
  "08000",
  "08003",
  "08006",
  "53300",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
]);

const fullDisk =
  "The server's disk is almost full, so nothing was stored. Delete files and empty the trash, or ask the administrator to make room.";

function fromFastify(error: FastifyError): ProblemError | null {
  switch (error.code) {
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return new ProblemError("invalid_json", "The body is not valid JSON.");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ProblemError("too_large", "The body is larger than this address takes.");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ProblemError("unsupported_media_type", "Send the body as application/json.");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new ProblemError("length_mismatch", "The body is not as long as Content-Length says.");
  }
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new ProblemError("invalid_request", error.message) : null;
}

/** Whatever was thrown, as what the client is told. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StorageError) {
    if (error.code === "no_space") {
      return new ProblemError("disk_full", fullDisk, { cause: error });
    }
    return new ProblemError("unavailable", "The file store cannot be reached right now. Try again in a moment.", {
      cause: error,
      headers: { "retry-after": "5" },
    });
  }
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  if (code && pgUnavailable.has(code)) {
    return new ProblemError("unavailable", "The database cannot be reached right now. Try again in a moment.", {
      cause: error,
      headers: { "retry-after": "2" },
    });
  }
  if (code === "53100") return new ProblemError("disk_full", fullDisk, { cause: error });
  if (message === "timeout exceeded when trying to connect" || message?.startsWith("Connection terminated")) {
    return new ProblemError("unavailable", "The database does not answer in time. Try again in a moment.", {
      cause: error,
      headers: { "retry-after": "2" },
    });
  }
  return (
    fromFastify((error ?? {}) as FastifyError) ??
    new ProblemError("internal", "Something went wrong on the server. Quote the request id when you report it.", {
      cause: error,
    })
  );
}

export function registerErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    // A full quota is the person's own affair, a route that does not exist nobody's, and a disk that fills is logged once, by `room.ts`:
    // lines of refused uploads would fill it further.
    if (
      problem.status >= 500 &&
      problem.code !== "quota_exceeded" &&
      problem.code !== "not_implemented" &&
      !(problem.cause instanceof NoRoomLeft)
    )
      request.log.error({ err: problem.cause ?? problem, code: problem.code }, problem.message);
    if (reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    reply
      .code(problem.status)
      .headers({ ...problem.headers, "cache-control": "no-store" })
      .type("application/problem+json");
    // Serialised by hand: Fastify would add a charset to a type that has none.
    return reply.send(JSON.stringify(problemBody(problem, request.id)));
  });
}
