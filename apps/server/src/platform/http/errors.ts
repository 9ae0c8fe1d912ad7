import { StorageError } from "@holdfast/storage";
import type { FastifyError, FastifyInstance } from "fastify";
import { type Outage, outageOf } from "../database/away.ts";
import { sqlState } from "../database/database.ts";
import { ProblemError, problemBody } from "./problem.ts";
import { kindOf, type RequestKind } from "./request-kind.ts";

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
 * @param kind whether the request only reads, and whether it does no harm when it is carried out twice
 */
export function toProblem(error: unknown, kind: RequestKind = { reads: false, repeatable: true }): ProblemError {
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
  if (outage) return databaseAway(error, outage, kind);
  if (sqlState(error) === "53100")
    return new ProblemError("disk_full", "The database's disk is full. Tell the administrator.", { cause: error });
  return (
    fromFastify((error ?? {}) as FastifyError) ??
    new ProblemError("internal", "Something went wrong on the server. Quote the request id when you report it.", {
      cause: error,
    })
  );
}

/** Each sentence is true whatever became of the request: a commit that was not answered may have been carried out. */
function databaseAway(cause: unknown, { outcome }: Outage, { reads, repeatable }: RequestKind): ProblemError {
  if (outcome === "unknown" && !repeatable) {
    return new ProblemError(
      "outcome_unknown",
      "The connection to the database broke while this was being saved: it may have been done or not. Look before you do it again.",
      { cause },
    );
  }
  const again = { cause, headers: { "retry-after": "2" } };
  if (reads) {
    return new ProblemError("unavailable", "The database cannot be reached right now. Try again in a moment.", again);
  }
  const sentence =
    outcome === "unknown"
      ? "The connection to the database broke while this was being saved. Try again in a moment: nothing is done twice."
      : "This could not be saved: the database cannot be reached right now. Try again in a moment.";
  return new ProblemError("unavailable", sentence, again);
}

export function registerErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, kindOf(request));
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
