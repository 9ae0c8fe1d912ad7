import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Logger } from "pino";
import { isForwarded, isLoopback } from "../http/connection/network.ts";
import { showsToken } from "./bearer.ts";
import { expositionText, expositionType } from "./exposition.ts";
import type { Metrics } from "./metrics.ts";

export interface ServeMetricsOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * `GET /metrics` of a worker that runs alone, which has no other port: its own metrics, to who shows the token or asks on the machine itself.
 */
export async function serveMetrics({ host, port, token, metrics, log }: ServeMetricsOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const status = refusal(request, token);
    if (status !== null) {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end();
      return;
    }
    metrics
      .collect()
      .then((collected) => expositionText([collected]))
      .then(
        (text) => response.writeHead(200, { "content-type": expositionType, "cache-control": "no-store" }).end(text),
        (error: unknown) => {
          log.error({ err: error }, "the metrics could not be collected");
          response.writeHead(500).end();
        },
      );
  });
  server.requestTimeout = 10_000;
  server.maxConnections = 100;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  return server;
}

function refusal({ method, url, headers, socket }: IncomingMessage, token: string | null): number | null {
  if (method !== "GET" || url?.split("?", 1)[0] !== "/metrics") return 404;
  const asksItself = isLoopback(socket.remoteAddress) && !isForwarded(headers);
  if (token === null) return asksItself ? null : 404;
  if (headers.authorization === undefined && asksItself) return null;
  return showsToken(headers.authorization, token) ? null : 401;
}
