import { existsSync } from "node:fs";
import { join } from "node:path";
import { createLocalStore, createS3Store, type ObjectStore, withRetry } from "@holdfast/storage";
import type { Logger } from "pino";
import type { Config } from "../../config.ts";
import { markStore } from "./mark-store.ts";
import { reserveFile } from "./reserve-file.ts";
import type { RoomOptions } from "./room.ts";

/**
 * The object store of the settings.
 * @param hasFiles whether the database knows of bytes that must be in it already
 */
export async function openStore(
  { storage: config, dataDir }: Pick<Config, "storage" | "dataDir">,
  hasFiles: () => Promise<boolean>,
): Promise<ObjectStore> {
  switch (config.driver) {
    case "local":
      // No retry: what a local disk refuses, it refuses again.
      return createLocalStore({ root: config.folder, mark: await markStore(config.folder, dataDir, hasFiles) });
    case "s3":
      return withRetry(
        await createS3Store({
          bucket: config.bucket,
          region: config.region,
          pathStyle: config.pathStyle,
          credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
          ...(config.endpoint ? { endpoint: config.endpoint } : {}),
        }),
      );
  }
}

/** Which disks of this machine an installation fills. Where the database is the embedded one, its folder has been made. */
export function roomOptions(config: Pick<Config, "dataDir" | "storage" | "limits">, log: Logger): RoomOptions {
  const { dataDir, storage } = config;
  // The worker is told the address of the embedded database as that of any other.
  const embedded = existsSync(join(dataDir, "postgres", "postmaster.pid"));
  return {
    database: embedded ? join(dataDir, "postgres") : null,
    objects: storage.driver === "local" ? storage.folder : null,
    minFreeSpace: config.limits.minFreeSpace,
    reserveFile: embedded ? reserveFile(dataDir) : null,
    onChange: (refused, detail) => (refused ? log.error(detail) : log.info(`Uploads are accepted again: ${detail}`)),
  };
}
