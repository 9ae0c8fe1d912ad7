import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

export interface LogRecord {
  readonly body: { readonly stringValue?: string };
  readonly severityText: string;
  readonly traceId?: string;
  readonly attributes: readonly Attribute[];
}

/** A collector of OpenTelemetry: takes OTLP over HTTP as JSON, and keeps it. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly Span[];
  readonly logs: readonly LogRecord[];
  /** All that came, as it came. */
  text(): string;
  /** The headers of the last request. */
  headers(): IncomingHttpHeaders;
  close(): Promise<void>;
}

type Scoped<Key extends string, T> = { readonly [K in Key]: readonly T[] };

export async function startCollector(): Promise<Collector> {
  const spans: Span[] = [];
  const logs: LogRecord[] = [];
  const bodies: string[] = [];
  let headers: IncomingHttpHeaders = {};
  const server = createServer(async (request, response) => {
    headers = request.headers;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = String(request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw);
    bodies.push(body);
    const sent = JSON.parse(body) as {
      resourceSpans?: readonly { scopeSpans: readonly Scoped<"spans", Span>[] }[];
      resourceLogs?: readonly { scopeLogs: readonly Scoped<"logRecords", LogRecord>[] }[];
    };
    for (const { scopeSpans } of sent.resourceSpans ?? []) spans.push(...scopeSpans.flatMap((scope) => scope.spans));
    for (const { scopeLogs } of sent.resourceLogs ?? []) logs.push(...scopeLogs.flatMap((scope) => scope.logRecords));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ spans, logs },
    text: () => bodies.join("\n"),
    headers: () => headers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
