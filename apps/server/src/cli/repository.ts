import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Repository } from "@holdfast/repository";
import type { Config } from "../config.ts";
import { passwordFile, withPlace } from "../features/backups/index.ts";
import { StartError } from "../process/failure.ts";

export interface TargetOptions {
  /** A folder, or `s3:<address>/<bucket>/<prefix>`; without one the default target. */
  target?: string;
  passwordFile?: string;
  accessKeyId?: string;
  secretAccessKeyFile?: string;
  region?: string;
}

/** Opens a repository by the command line alone: no database is needed, nor an installation. Throws StartError, and what `withPlace` does. */
export async function withRepository<T>(
  config: Config,
  options: TargetOptions,
  work: (repository: Repository, password: string) => Promise<T>,
): Promise<T> {
  const location = options.target ?? resolve(config.dataDir, "backups", "default");
  const password = readSecret(options.passwordFile ?? passwordFile(config.dataDir), "--password-file");
  const { accessKeyId, secretAccessKeyFile, region } = options;
  if (location.startsWith("s3:") && !(accessKeyId && secretAccessKeyFile)) {
    throw new StartError("An S3 target needs --access-key-id and --secret-access-key-file.");
  }
  const secretAccessKey = secretAccessKeyFile && readSecret(secretAccessKeyFile, "--secret-access-key-file");
  const place = location.startsWith("s3:") ? location : resolve(location);
  return withPlace({ place, password, accessKeyId, secretAccessKey, region }, (repository) =>
    work(repository, password),
  );
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
