import type { Server } from "node:http";
import type { Socket } from "node:net";
import { addressKey } from "@holdfast/identity";
import { rawAnswer } from "../client-errors.ts";
import type { ProblemError } from "../problem.ts";
import { FairShare, type Release } from "./fair-share.ts";

export interface ConnectionLimits {
  readonly total: number;
  /** Whether an address is a client. Behind a proxy all connections have the proxy's. */
  readonly byAddress: boolean;
}

type OnConnection = (this: Server, socket: Socket) => void;

/**
 * Answers connections beyond the limits with 429 or 503 and ends them, before anything is read from them. An address gets a quarter of all.
 */
export function limitConnections(server: Server, { total, byAddress }: ConnectionLimits): void {
  const each = byAddress ? Math.ceil(total / 4) : total;
  const connections = new FairShare({ total, each, what: "connections" });
  // Node's own comes first, and nothing could keep a socket from it any more.
  const taken = server.listeners("connection") as OnConnection[];
  const isTls = "setSecureContext" in server;
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    let release: Release;
    try {
      release = connections.take(addressKey(socket.remoteAddress ?? ""));
    } catch (error) {
      // In plain text nobody would understand it there.
      if (!isTls) socket.on("error", () => {}).end(rawAnswer(error as ProblemError));
      socket.destroySoon();
      return;
    }
    socket.once("close", release);
    for (const listener of taken) listener.call(server, socket);
  });
}
