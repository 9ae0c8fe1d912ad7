import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

/** What a client is still sending after it was refused is read and thrown away up to here, so that it gets to see the answer. */
const patienceBytes = 32 * 1024 * 1024;

/**
 * Makes a scope of its own one where no body is parsed, whatever its media type says: a JSON file is bytes like any other. Handlers
 * read `request.raw`; what they leave unread of a refused body is thrown away, and where that is much, the connection ends.
 */
export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
  scope.addHook("onRequest", async (request) => {
    // Fastify refuses a media type that it cannot read before it asks who takes anything.
    if (request.method === "PUT") request.raw.headers["content-type"] = "application/octet-stream";
  });
  scope.addHook("onSend", async (request, reply) => {
    if (request.raw.complete || reply.statusCode < 400) return;
    // Closed at once, with bytes on their way, the connection is reset, and clients see that instead of the answer. What is too much to be
    // read to its end meets it in any case.
    if (Number(request.headers["content-length"] ?? 0) > patienceBytes) reply.header("connection", "close");
    discardBody(request.raw);
  });
}

/** Lets a refused client finish its sentence, within bounds. */
function discardBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let seen = 0;
  request.on("data", (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > patienceBytes) request.destroy();
  });
  request.on("error", () => {});
  request.resume();
}
