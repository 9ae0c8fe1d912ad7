import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readPassword, SUPERUSER } from "./cluster.ts";
import { errorCode } from "./errors.ts";

/**
 * Connection string of the PostgreSQL that a living Holdfast runs on a folder, for a second process beside it; null where none has
 * ever been started there. Whether it answers, connecting tells. postmaster.pid: line 4 the port, line 5 the socket's folder.
 */
export async function runningPostgresUrl(dataDir: string): Promise<string | null> {
  const text = await readFile(join(dataDir, "postmaster.pid"), "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const lines = text.split("\n").map((line) => line.trim());
  const port = Number.parseInt(lines[3] ?? "", 10);
  const socketDir = lines[4] ?? "";
  if (socketDir !== "") {
    return `postgresql://${SUPERUSER}@localhost:${port}/holdfast?host=${encodeURIComponent(socketDir)}`;
  }
  return `postgresql://${SUPERUSER}:${await readPassword(dataDir)}@127.0.0.1:${port}/holdfast`;
}
