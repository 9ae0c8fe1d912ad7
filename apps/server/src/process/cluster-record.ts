import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readSystemIdentifier } from "@holdfast/postgres";
import { createFile, readText } from "../platform/secret-files.ts";
import { StartError } from "./failure.ts";

/** In the data folder: the system identifier of its PostgreSQL cluster. */
const recordFile = "holdfast.cluster";

export function clusterRecord(dataDir: string): string {
  return join(dataDir, recordFile);
}

/**
 * Refuses to start where a new, empty database would take the place of one that is missing.
 * @throws StartError
 */
export async function requireItsCluster(dataDir: string): Promise<void> {
  const folder = join(dataDir, "postgres");
  const record = clusterRecord(dataDir);
  const [found, recorded] = [await readSystemIdentifier(folder), await readText(record)];
  if (recorded !== null && found !== null && found !== recorded) {
    throw new StartError(
      `The database in ${folder} is another one than this data folder had: put the right one back, or delete ${record} if you replaced it on purpose.`,
    );
  }
  if (found !== null) return;
  const left = ["keys", "objects"].filter((name) => holdsAnything(join(dataDir, name)));
  if (recorded === null && left.length === 0) return;
  const rest = left.length > 0 ? `; ${left.join("/ and ")}/ ${left.length > 1 ? "are" : "is"} there` : "";
  throw new StartError(
    `The database of this data folder is missing (${folder}${rest}), and none is made in its place: connect its disk or put it back. To begin with what a backup holds, set HOLDFAST_DATA to an empty folder and restore into it.`,
  );
}

/** Once the cluster runs: from now on it is this one. */
export async function recordCluster(dataDir: string, systemIdentifier: string): Promise<void> {
  await createFile(clusterRecord(dataDir), systemIdentifier);
}

function holdsAnything(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => !name.startsWith("."));
}
