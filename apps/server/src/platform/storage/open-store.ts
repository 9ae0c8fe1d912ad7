import { createLocalStore, createS3Store, type ObjectStore, withRetry } from "@holdfast/storage";
import type { Config } from "../../config.ts";

/** The object store of the settings. */
export async function openStore(config: Config["storage"]): Promise<ObjectStore> {
  switch (config.driver) {
    case "local":
      // No retry: what a local disk refuses, it refuses again.
      return createLocalStore({ root: config.folder });
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
