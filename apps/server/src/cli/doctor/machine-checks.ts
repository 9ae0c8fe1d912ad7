import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config.ts";
import { type Check, found, ok } from "../../features/operate/index.ts";
import { checkPort } from "../../process/ports.ts";

/** What can be looked at without the database. @param isRunning a Holdfast runs on the data folder */
export function machineChecks(config: Config, isRunning: boolean): Check[] {
  return [
    { id: "data folder", area: "server", look: () => judgeFolder(config.dataDir) },
    { id: "keys", area: "server", look: () => judgeKeys(config) },
    { id: "free space", area: "server", look: () => judgeSpace(config.dataDir) },
    {
      id: "port",
      area: "network",
      async look() {
        if (isRunning) return ok(`Holdfast is running on ${config.dataDir}.`);
        try {
          await checkPort(config.host, config.port);
          return ok(`Holdfast is not running. Port ${config.port} is free.`);
        } catch (error) {
          return found("problem", "Holdfast cannot listen.", (error as Error).message);
        }
      },
    },
  ];
}

function judgeFolder(folder: string) {
  if (!existsSync(folder)) return ok(`The data folder ${folder} is made at the first start.`);
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(`The data folder is ${folder}.`);
  } catch {
    const remedy = "Run this as the user that Holdfast runs as, or set HOLDFAST_DATA to a folder of that user.";
    return found("problem", `The data folder ${folder} cannot be written by this user.`, remedy);
  }
}

function judgeKeys({ dataDir, databaseUrl }: Config) {
  const folder = join(dataDir, "keys");
  if (!existsSync(folder)) {
    if (databaseUrl === null && !existsSync(join(dataDir, "postgres"))) return ok("Keys are made at the first start.");
    const remedy =
      "Put the folder back from where it was, or from another node. Without it no link opens, and no backup.";
    return found("problem", `The folder ${folder} is missing.`, remedy);
  }
  const missing = ["link-key"].filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0)
    return found(
      "warning",
      `${join(folder, "link-key")} is missing.`,
      "It is made at the first start; where there was one, put it back.",
    );
  const isReadable = readFileSync(join(folder, "link-key"), "utf8").trim() !== "";
  return isReadable
    ? ok("The keys are there.")
    : found("problem", "The key of links is empty.", "Put the file back from a copy.");
}

const LITTLE = 2 ** 30;

function judgeSpace(folder: string) {
  if (!existsSync(folder)) return null;
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const sentence = `${(free / 2 ** 30).toFixed(1)} GiB are free on the disk of the data folder.`;
  if (free >= LITTLE) return ok(sentence);
  return found("warning", sentence, "An upgrade needs room for the new schema and its log. Make room first.");
}
