import type { FastifyInstance } from "fastify";
import type { Traffic } from "./traffic.ts";

/** What a connection had counted when its last request ended. */
const counted = new WeakMap<object, { up: number; down: number }>();

/** Counts every answer by the name of its operation, of which there are as many as the contract has; what has none is a page's, or the Auth service's. */
export function meterRequests(app: FastifyInstance, traffic: Traffic): void {
  app.addHook("onRequest", (request, reply, done) => {
    const began = performance.now();
    const { raw } = reply;
    let head = 0;
    // Bytes are sent past Fastify's own hooks, but never past this.
    const writeHead = raw.writeHead as (...args: unknown[]) => typeof raw;
    raw.writeHead = ((...args: unknown[]) => {
      head ||= performance.now();
      return writeHead.apply(raw, args);
    }) as typeof raw.writeHead;
    raw.once("close", () => {
      const { operation } = request.routeOptions?.config ?? {};
      const stays = operation?.result === "events" || operation?.body === "bytes";
      traffic.answered({
        operation: operation?.id ?? nameOf(request.url),
        status: head === 0 ? 499 : raw.statusCode,
        ms: stays || head === 0 ? null : head - began,
        ...bytesSince(request.raw.socket),
      });
    });
    done();
  });
}

function nameOf(url: string): string {
  if (url.startsWith("/auth/v1/")) return "authService";
  return url.startsWith("/api/") ? "unknown" : "pages";
}

/** Bytes of a connection since its last answer, heads included. */
function bytesSince(socket: { bytesRead?: number; bytesWritten?: number }): { bytesUp: number; bytesDown: number } {
  const before = counted.get(socket) ?? { up: 0, down: 0 };
  const [up, down] = [socket.bytesRead ?? 0, socket.bytesWritten ?? 0];
  counted.set(socket, { up, down });
  return { bytesUp: Math.max(0, up - before.up), bytesDown: Math.max(0, down - before.down) };
}
