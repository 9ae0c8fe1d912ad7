import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The last moment of a transaction that the line still carries: its COMMIT, or nothing of it. */
export type Cut = "before the commit" | "after the commit";

export interface DatabaseLine {
  /** The database's address by this line. */
  readonly url: string;
  /**
   * Breaks every connection when the transaction that names `word` is about to commit, or has committed and is about to say so; no new one
   * comes about before `mend`. To the database and to whoever asks a server, its process has died. Resolves when that has happened.
   */
  breakAt(word: string, cut: Cut): Promise<void>;
  mend(): void;
  close(): Promise<void>;
}

/** A line to PostgreSQL that can break at the worst moment. */
export async function openDatabaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const target = new URL(databaseUrl);
  const host = target.searchParams.get("host") ?? target.hostname;
  const port = Number(target.port || 5432);
  const pairs = new Set<Socket[]>();
  let trap: { word: string; cut: Cut; sprung: () => void } | null = null;
  let broken = false;

  const breakAll = () => {
    broken = true;
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    trap?.sprung();
    trap = null;
  };

  const server = createServer((client) => {
    if (broken) return void client.destroy();
    const upstream = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const pair = [client, upstream];
    pairs.add(pair);
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    let named = false;
    let committing = false;
    client.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      if (trap && text.includes(trap.word)) named = true;
      if (trap && named && /\bcommit\b/i.test(text)) {
        if (trap.cut === "before the commit") return breakAll();
        committing = true;
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      if (committing && chunk.toString("latin1").includes("COMMIT\0")) return breakAll();
      client.write(chunk);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  url.searchParams.delete("host");
  return {
    url: url.href,
    breakAt(word, cut) {
      const { promise, resolve } = Promise.withResolvers<void>();
      trap = { word, cut, sprung: resolve };
      return promise;
    },
    mend() {
      broken = false;
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
