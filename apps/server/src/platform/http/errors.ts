import { StorageError } from "@holdfast/storage";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Outage, outageOf } from "../database/away.ts";
import { sqlState } from "../database/database.ts";
import { NoRoomLeft } from "../storage/room.ts";
import { ProblemError, problemBody } from "./problem.ts";
import { kindOf, type RequestKind } from "./request-kind.ts";

/** Text that PostgreSQL cannot keep: invalid UTF-8 or U+0000, in a text or in JSON. The contract refuses it first. */
const pgUnstorableText = new Set(["22021", "22P05"]);

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
    case "FST_ERR_BAD_URL":
      return new ProblemError("invalid_request", "The address holds a percent sign that begins no UTF-8 character.");
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new ProblemError("address_too_long", "A part of the address is longer than any that is answered here.");
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
      return new ProblemError("disk_full", fullDisk, { cause: error });
    }
    return new ProblemError("unavailable", "The file store cannot be reached right now. Try again in a moment.", {
      cause: error,
      headers: { "retry-after": "5" },
    });
  }
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number };
  // Node's word for a client that went away in the middle of its body.
  if (code === "ECONNRESET" && statusCode === 400) {
    return new ProblemError("length_mismatch", "The connection broke before the body was complete.");
  }
  const outage = outageOf(error);
  if (outage) return databaseAway(error, outage, kind);
  const state = sqlState(error);
  if (state !== null && pgUnstorableText.has(state)) {
    return new ProblemError("invalid_request", "A text holds a character that cannot be stored.", { cause: error });
  }
  if (state === "57014") {
    return new ProblemError(
      "timed_out",
      "This took longer than a request may, so it was stopped and nothing was changed. Try again, or with less at once.",
      { cause: error, headers: { "retry-after": "10" } },
    );
  }
  if (state === "53100") return new ProblemError("disk_full", fullDisk, { cause: error });
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
  app.setErrorHandler(answerError);
}

/** Answers with the problem that an error is, and logs what the administrator has to know of. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const problem = toProblem(error, kindOf(request));
  request.problemCode = problem.code;
  if (problem.code === "server_busy") request.log.warn({ code: problem.code }, problem.message);
  else if (isNews(problem)) request.log.error({ err: problem.cause ?? problem, code: problem.code }, problem.message);
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return undefined;
  }
  reply
    .code(problem.status)
    .headers({ ...problem.headers, "cache-control": "no-store" })
    .type("application/problem+json");
  // As bytes: to a text Fastify would add a charset, which the type does not have.
  return reply.send(Buffer.from(JSON.stringify(problemBody(problem, request.id))));
}

const noFault = new Set<string>(["quota_exceeded", "backup_quota_exceeded", "too_many_entries", "maintenance"]);

/** A full quota is the user's own affair, maintenance mode is wanted, and a full disk is logged once, by `room.ts`: lines of refused uploads would fill it further. */
function isNews({ status, code, cause }: ProblemError): boolean {
  return status >= 500 && !noFault.has(code) && !(cause instanceof NoRoomLeft);
}
