import { createLocalStore, createS3Store, type ObjectStore, withRetry } from "@holdfast/storage";
import type { Config } from "../../config.ts";
import { markStore } from "./mark-store.ts";

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
    case "supabase":
      throw new Error(
        "STORAGE_DRIVER=supabase is not served yet. Supabase Storage speaks S3: use STORAGE_DRIVER=s3 with its S3 endpoint and keys.",
      );
  }
}
