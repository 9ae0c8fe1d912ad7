import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** A connection to this origin, for requests that no client library would send. */
export function openConnection(origin: string): Socket {
  const { protocol, hostname, port } = new URL(origin);
  if (protocol === "https:") return connectTls({ host: hostname, port: Number(port || 443), servername: hostname });
  return connect(Number(port || 80), hostname);
}
