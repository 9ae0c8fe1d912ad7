import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Delivery {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A real HTTP server on the loopback that keeps what it is sent. */
export interface Receiver {
  readonly url: string;
  readonly received: Delivery[];
  /** What it answers from now on. */
  answer(status: number, headers?: Record<string, string>): void;
  /** Takes requests, and answers none of them. */
  hang(): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Delivery[] = [];
  let reply: { status: number; headers: Record<string, string> } | null = { status: 204, headers: {} };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      received.push({ method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") });
      if (reply)
        response.writeHead(reply.status, reply.headers).end(reply.status === 204 ? "" : "a secret of another service");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer(status, headers = {}) {
      reply = { status, headers };
    },
    hang() {
      reply = null;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
