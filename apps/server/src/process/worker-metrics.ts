import { createServer, type IncomingMessage, type Server } from "node:http";
import { isForwarded, isLoopback } from "../platform/http/connection/network.ts";
import { showsToken } from "../platform/metrics/bearer.ts";
import { expositionText, expositionType } from "../platform/metrics/exposition.ts";
import type { Services } from "../services.ts";
import { checkPort } from "./ports.ts";

/**
 * `GET /metrics` of a worker that runs alone, which has no other port: its own metrics, to who shows the token or asks on the machine itself.
 * Null where no port is set. @throws StartError where the port is taken
 */
export async function serveWorkerMetrics({ config, metrics, log }: Services): Promise<Server | null> {
  if (config.metricsPort === null) return null;
  const port = await checkPort(config.host, config.metricsPort);
  const server = createServer((request, response) => {
    const status = refusal(request, config.metricsToken);
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
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, config.host, resolve));
  return server;
}

function refusal({ method, url, headers, socket }: IncomingMessage, token: string | null): number | null {
  if (method !== "GET" || url?.split("?", 1)[0] !== "/metrics") return 404;
  const asksItself = isLoopback(socket.remoteAddress) && !isForwarded(headers);
  if (token === null) return asksItself ? null : 404;
  if (headers.authorization === undefined && asksItself) return null;
  return showsToken(headers.authorization, token) ? null : 401;
}
