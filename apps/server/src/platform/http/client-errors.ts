import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { newId } from "../ids.ts";
import { ProblemError, problemBody } from "./problem.ts";

/** What Node refuses before there is a request, as a problem like any other. Node's message names no part of what was sent. */
function toProblem(code: string | undefined): ProblemError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new ProblemError("headers_too_large", "Address and headers together may take 16 KiB. Send less of them.");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new ProblemError("too_large", "The extensions of a chunk are too large.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new ProblemError("request_timeout", "The request did not arrive in time. Try again.");
    default:
      return new ProblemError("invalid_request", "This is not a request as HTTP/1.1 has them.");
  }
}

/** Answers what is no request, then ends the connection: where its next request would begin, nobody knows. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // Nothing may be put into an answer that is under way; a connection that was reset takes none.
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: { _headerSent?: boolean } | null };
  if (error.code !== "ECONNRESET" && socket.writable && !answer?._headerSent) {
    socket.write(rawAnswer(toProblem(error.code)));
  }
  socket.destroy(error);
}

/** A whole answer, the last on its connection, for what never became a request. */
export function rawAnswer(problem: ProblemError): string {
  const body = JSON.stringify(problemBody(problem, newId()));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    ...Object.entries(problem.headers).map(([name, value]) => `${name}: ${value}`),
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "cache-control: no-store",
    "connection: close",
    "",
    body,
  ].join("\r\n");
}
