import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProblemError } from "../problem.ts";

/** How long a client may keep the server waiting, from the one period that the settings know. */
export function patienceOf(silenceMs: number) {
  return {
    /** For the headers of a request, and for a connection that says nothing yet. */
    headersMs: Math.ceil(silenceMs / 3),
    /** For a whole body that is parsed, or thrown away after a refusal: such bodies are small. */
    parsedMs: silenceMs / 2,
    /** For the next `leastBytes` of a body of bytes, whose whole may take as long as it takes. */
    bytesMs: silenceMs,
    /** For the next bytes to be accepted of an answer. What the system holds for a slow reader is sent in large steps. */
    answerMs: silenceMs * 4,
    sweepMs: Math.ceil(Math.min(5_000, silenceMs / 12)),
  };
}

/** Less than this in a period counts as silence. */
const leastBytes = 1024;

interface Watched {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** When the client last did what it has to do, and how many bytes had gone by then. */
  movedAt: number;
  bytes: number;
  late: ProblemError | null;
  /** Fails the wait for the next chunk of the body; null before anybody has asked for one. */
  fail: ((late: ProblemError) => void) | null;
}

const bodies = new WeakMap<IncomingMessage, Watched>();

/**
 * Ends requests whose client keeps the server waiting. One timer looks at all of them by what their sockets have counted: nothing is done
 * when a chunk comes or goes. A client that still listens is answered `request_timeout`.
 */
export function watchSlowClients(app: FastifyInstance, silenceMs: number): void {
  const { parsedMs, bytesMs, answerMs, sweepMs } = patienceOf(silenceMs);
  const all = new Set<Watched>();

  app.addHook("onRequest", (request, reply, done) => {
    const now = performance.now();
    const { raw } = request;
    const watched = { request, reply, movedAt: now, bytes: raw.socket.bytesRead, late: null, fail: null };
    all.add(watched);
    bodies.set(raw, watched);
    reply.raw.once("close", () => {
      // After a refusal the rest of the body may still be on its way.
      if (raw.complete || raw.socket.destroyed) all.delete(watched);
    });
    done();
  });

  function look(watched: Watched, now: number): void {
    const { request, reply } = watched;
    const { raw } = request;
    const { socket } = raw;
    if (socket.destroyed || (raw.complete && reply.raw.closed)) return void all.delete(watched);
    if (!raw.complete && !reply.raw.headersSent) return lookAtBody(watched, now);
    if (!raw.complete && reply.raw.writableEnded) {
      if (now - watched.movedAt > parsedMs) socket.destroy();
      return;
    }
    const waiting = socket.writableLength;
    const sent = socket.bytesWritten - waiting;
    if (waiting === 0 || sent !== watched.bytes) moved(watched, now, sent);
    else if (now - watched.movedAt > answerMs) socket.destroy();
  }

  function lookAtBody(watched: Watched, now: number): void {
    const { raw, routeOptions } = watched.request;
    const isBytes = routeOptions?.config?.operation?.body === "bytes";
    const arrived = raw.socket.bytesRead;
    // What has arrived and is not read yet is not the client's fault.
    if (raw.readableLength > 0 || (isBytes && arrived - watched.bytes >= leastBytes)) moved(watched, now, arrived);
    else if (now - watched.movedAt > (isBytes ? bytesMs : parsedMs)) endLate(watched);
  }

  const timer = setInterval(() => {
    const now = performance.now();
    for (const watched of all) look(watched, now);
  }, sweepMs).unref();
  app.addHook("onClose", async () => clearInterval(timer));
}

function moved(watched: Watched, now: number, bytes: number): void {
  watched.movedAt = now;
  watched.bytes = bytes;
}

function endLate(watched: Watched): void {
  const { raw } = watched.request;
  const late = new ProblemError("request_timeout", "The body of the request did not arrive in time. Send it again.", {
    headers: { connection: "close" },
  });
  if (watched.fail) {
    watched.late = late;
    watched.fail(late);
  }
  // What parses the body answers with what its stream fails with.
  else if (raw.listenerCount("error") > 0) raw.emit("error", Object.assign(late, { statusCode: late.status }));
}

/**
 * The chunks of a body, each valid until the next is asked for. A caller that stops in the middle leaves the connection as it is (a plain
 * `for await` would cut it), so that the client gets to see why.
 * @throws request_timeout where the client stays silent for too long
 */
export async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer, void, void> {
  const watched = bodies.get(request);
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  try {
    for (;;) {
      if (watched?.late) throw watched.late;
      const next = await (watched ? nextInTime(watched, chunks) : chunks.next());
      if (next.done) return;
      const chunk = next.value;
      yield chunk;
      // Given back at once: every chunk has memory of its own that the collector cannot see filling up, and it would go through the whole
      // heap once in some 30 MB of body to find it, which costs as much as hashing does.
      if (chunk.byteLength === chunk.buffer.byteLength && chunk.byteLength >= 4096)
        (chunk.buffer as ArrayBuffer).transfer(0);
    }
  } finally {
    // An iterator that still waits for a late chunk would hold this up for as long.
    if (!watched?.late) await chunks.return?.();
  }
}

function nextInTime(watched: Watched, chunks: AsyncIterator<Buffer, undefined>) {
  return new Promise<IteratorResult<Buffer, undefined>>((resolve, reject) => {
    watched.fail = reject;
    chunks.next().then(resolve, reject);
  });
}
