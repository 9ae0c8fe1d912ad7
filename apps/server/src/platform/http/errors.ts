import { StorageError } from "@holdfast/storage";
import type { FastifyError, FastifyInstance } from "fastify";
import { outageOf } from "../database/away.ts";
import { sqlState } from "../database/database.ts";
import { mayRepeat } from "./may-repeat.ts";
import { ProblemError, problemBody } from "./problem.ts";

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

/**
 * Whatever was thrown, as what the client is told.
 * @param repeatable whether the same request does no harm when it is carried out twice
 */
export function toProblem(error: unknown, repeatable = true): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof StorageError) {
    if (error.code === "no_space") {
      return new ProblemError("disk_full", "The server's disk is full. Nothing was stored; tell the administrator.", {
        cause: error,
      });
    }
    return new ProblemError("unavailable", "The file store cannot be reached right now. Try again in a moment.", {
      cause: error,
      headers: { "retry-after": "5" },
    });
  }
  const outage = outageOf(error);
  if (outage) return databaseAway(error, outage.outcome === "not_done" || repeatable);
  if (sqlState(error) === "53100")
    return new ProblemError("disk_full", "The database's disk is full. Tell the administrator.", { cause: error });
  return (
    fromFastify((error ?? {}) as FastifyError) ??
    new ProblemError("internal", "Something went wrong on the server. Quote the request id when you report it.", {
      cause: error,
    })
  );
}

function databaseAway(cause: unknown, repeatable: boolean): ProblemError {
  if (!repeatable) {
    return new ProblemError(
      "outcome_unknown",
      "The connection to the database broke while this was being saved: it may have been done or not. Look before you do it again.",
      { cause },
    );
  }
  return new ProblemError(
    "unavailable",
    "The database cannot be reached right now. Send the same request again in a moment.",
    { cause, headers: { "retry-after": "2" } },
  );
}

export function registerErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, mayRepeat(request));
    // A full quota is the person's own affair, and a route that does not exist nobody's.
    if (problem.code === "server_busy") request.log.warn({ code: problem.code }, problem.message);
    else if (problem.status >= 500 && problem.code !== "quota_exceeded" && problem.code !== "not_implemented")
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
