import type { Server, Socket } from "node:net";
import { Gauge } from "@prometheus-io/client";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Exposition } from "./exposition.ts";
import { type Observations, QuickHistogram } from "./quick-histogram.ts";

/** Requests of an app, by operation. */
export interface RequestMetrics {
  /** Before the routes are made. */
  watchApp(app: FastifyInstance): void;
  /** Bytes of a server's connections: those of TLS as they are inside of it. */
  watchServer(server: Server): void;
}

/** From 1 ms to a minute, each about twice the last. */
const requestBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

/** What is served without an operation of the contract, by how its route begins. */
const undeclared: readonly [string, string][] = [
  ["/auth/v1", "auth_v1"],
  ["/openapi.json", "openapi"],
  ["/", "pages"],
  ["*", "pages"],
];

export function createRequestMetrics(exposition: Exposition): RequestMetrics {
  const registers = [exposition.registry];
  const duration = new QuickHistogram({
    name: "holdfast_http_request_duration_seconds",
    help: "Time of requests until the last byte of the answer, by operation of the API and class of status.",
    buckets: requestBuckets,
    registry: exposition.registry,
  });
  /** By operation, then by the first digit of the status. */
  const durations = new Map<string, (Observations | undefined)[]>();
  const durationOf = (operation: string, statusCode: number): Observations => {
    const digit = Math.floor(statusCode / 100);
    let byClass = durations.get(operation);
    if (!byClass) durations.set(operation, (byClass = []));
    return (byClass[digit] ??= duration.of({ operation, status: `${digit}xx` }));
  };
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const inProgress = gauge(
    "holdfast_http_requests_in_progress",
    "Requests that are being answered, downloads included.",
  );
  const uploads = gauge("holdfast_uploads_in_progress", "Requests whose body of bytes is being received.");
  const connections = gauge("holdfast_http_connections", "Open connections of clients.");
  const received = exposition.counter("holdfast_http_received_bytes_total", "Bytes that clients sent.");
  const sent = exposition.counter("holdfast_http_sent_bytes_total", "Bytes that clients were sent.");
  const now = { requests: 0, uploads: 0 };
  const sockets = new Set<Socket>();
  const ended = { received: 0, sent: 0 };

  exposition.beforeCollect(() => {
    inProgress.set(now.requests);
    uploads.set(now.uploads);
    connections.set(sockets.size);
    received.reset();
    sent.reset();
    let [up, down] = [ended.received, ended.sent];
    for (const socket of sockets) {
      up += socket.bytesRead;
      down += socket.bytesWritten;
    }
    received.inc(up);
    sent.inc(down);
  });

  return {
    watchApp(app) {
      app.addHook("onRequest", (request, _reply, done) => {
        now.requests += 1;
        if (takesBytes(request)) now.uploads += 1;
        done();
      });
      app.addHook("onResponse", (request, reply, done) => {
        now.requests -= 1;
        if (takesBytes(request)) now.uploads -= 1;
        durationOf(operationOf(request), reply.statusCode).observe(reply.elapsedTime / 1000);
        done();
      });
    },
    watchServer(server) {
      const event = "setSecureContext" in server ? "secureConnection" : "connection";
      server.on(event, (socket: Socket) => {
        sockets.add(socket);
        socket.once("close", () => {
          sockets.delete(socket);
          ended.received += socket.bytesRead;
          ended.sent += socket.bytesWritten;
        });
      });
    },
  };
}

function takesBytes({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.operation?.body === "bytes";
}

/** Never a path: there are as many as the contract has operations, and a few more. */
export function operationOf({ routeOptions, is404 }: FastifyRequest): string {
  const { operation } = routeOptions.config;
  if (operation) return operation.id;
  const { url } = routeOptions;
  if (is404 || url === undefined) return "unknown";
  return undeclared.find(([beginning]) => url.startsWith(beginning))?.[1] ?? "unknown";
}
