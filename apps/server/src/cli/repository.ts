import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { openRepository, type Repository, RepositoryError } from "@holdfast/repository";
import { createLocalStore, createS3Store, type ObjectStore, withRetry } from "@holdfast/storage";
import type { Config } from "../config.ts";
import { passwordFile, withPrefix } from "../features/backups/index.ts";
import { StartError } from "../process/failure.ts";

export interface TargetOptions {
  /** A folder, or `s3:<address>/<bucket>/<prefix>`; without one the default target. */
  target?: string;
  passwordFile?: string;
  accessKeyId?: string;
  secretAccessKeyFile?: string;
  region?: string;
}

/** Opens a repository by the command line alone: no database is needed, nor an installation. Throws StartError. */
export async function withRepository<T>(
  config: Config,
  options: TargetOptions,
  work: (repository: Repository, password: string) => Promise<T>,
): Promise<T> {
  const location = options.target ?? resolve(config.dataDir, "backups", "default");
  const password = readSecret(options.passwordFile ?? passwordFile(config.dataDir), "--password-file");
  const store = await openStore(location, options);
  try {
    const repository = await openRepository({ store, password }).catch((error: unknown) => {
      throw error instanceof RepositoryError ? new StartError(`${location}: ${error.message}`) : error;
    });
    return await work(repository, password);
  } finally {
    await store.close();
  }
}

async function openStore(location: string, options: TargetOptions): Promise<ObjectStore> {
  if (!location.startsWith("s3:")) return createLocalStore({ root: resolve(location) });
  const url = URL.parse(location.slice("s3:".length));
  const [bucket, ...prefix] = (url?.pathname ?? "").split("/").filter(Boolean);
  if (!url || !bucket) throw new StartError(`"${location}" is not of the form s3:https://host/bucket/prefix.`);
  const { accessKeyId, secretAccessKeyFile, region = "us-east-1" } = options;
  if (!accessKeyId || !secretAccessKeyFile) {
    throw new StartError("An S3 target needs --access-key-id and --secret-access-key-file.");
  }
  const secretAccessKey = readSecret(secretAccessKeyFile, "--secret-access-key-file");
  const credentials = { accessKeyId, secretAccessKey };
  const store = await createS3Store({ endpoint: url.origin, bucket, region, pathStyle: true, credentials });
  return withPrefix(withRetry(store), prefix.map((part) => `${part}/`).join(""));
}

function readSecret(path: string, option: string): string {
  try {
    const text = readFileSync(path, "utf8").trim();
    if (text !== "") return text;
  } catch (error) {
    throw new StartError(
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code}): give the file with ${option}.`,
    );
  }
  throw new StartError(`${path} is empty: give the file with ${option}.`);
}
