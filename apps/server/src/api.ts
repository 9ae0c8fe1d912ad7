import { createServer } from "node:http";
import type { Services } from "./services.ts";

export interface RunningApi {
  /** Stops accepting, and gives requests in flight `graceMs` to finish. */
  close(graceMs: number): Promise<void>;
  /** What it listens on, as an origin. */
  readonly address: string;
}

export async function startApi({ config }: Services): Promise<RunningApi> {
  const server = createServer((_request, response) => response.end("ok\n"));
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen({ host: config.host, port: config.port }, resolve),
  );
  return {
    address: `http://localhost:${config.port}`,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      setTimeout(() => server.closeAllConnections(), graceMs).unref();
      await closed;
    },
  };
}
