import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Repository } from "@holdfast/repository";
import type { Config } from "../config.ts";
import { explainFailure, passwordFile, withPlace } from "../features/backups/index.ts";
import { StartError } from "../process/failure.ts";
import { withInstallation } from "./installation.ts";

export interface TargetOptions {
  /** A folder, or `s3:<address>/<bucket>/<prefix>`. */
  target?: string;
  passwordFile?: string;
  accessKeyId?: string;
  secretAccessKeyFile?: string;
  region?: string;
}

type Work<T> = (repository: Repository, password: string) => Promise<T>;

/**
 * Opens the repository that the command line names, for which neither a database nor an installation is needed, or else that of the target
 * which is marked as the default one. @throws StartError, ProblemError
 */
export async function withRepository<T>(config: Config, options: TargetOptions, work: Work<T>): Promise<T> {
  if (options.target !== undefined) return withNamedRepository(config, options.target, options, work);
  if (options.passwordFile !== undefined) {
    throw new StartError("Name the --target that the --password-file belongs to.");
  }
  return withInstallation(config, async ({ services: { backups } }) => {
    const { id } = await backups.targets.row(null);
    const { repository } = await backups.targets.open(id).catch((error: unknown) => {
      throw new StartError(explainFailure(error), { cause: error });
    });
    return work(repository, await backups.targets.password());
  });
}

/** For an empty installation, which has no target of its own yet: without a name, the folder of the built-in one is meant. */
export function withLostRepository<T>(config: Config, options: TargetOptions, work: Work<T>): Promise<T> {
  return withNamedRepository(config, options.target ?? join(config.dataDir, "backups", "default"), options, work);
}

async function withNamedRepository<T>(
  config: Config,
  location: string,
  options: TargetOptions,
  work: Work<T>,
): Promise<T> {
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
