import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * A file of nothing that takes room which, on a full disk, the database and clean-up get (see `process/reserve.ts`). It lies on the
 * database's disk.
 */
export function reserveFile(dataDir: string): string {
  const database = join(dataDir, "postgres");
  const elsewhere = existsSync(database) && statSync(database).dev !== statSync(dataDir).dev;
  return elsewhere ? join(database, "holdfast.reserve") : join(dataDir, "reserve");
}
