import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { openRepository, type Repository, RepositoryError } from "@holdfast/repository";
import { createLocalStore, createS3Store, type ObjectStore, StorageError, withRetry } from "@holdfast/storage";
import { ProblemError } from "../../../platform/http/problem.ts";
import { withPrefix } from "./prefix-store.ts";

/** A repository by its address alone, for who has lost everything else. */
export interface Place {
  /** A folder with its whole path, or `s3:https://host/bucket/prefix`. */
  place: string;
  password: string;
  accessKeyId?: string | undefined;
  secretAccessKey?: string | undefined;
  region?: string | undefined;
}

/**
 * Opens the repository of a place for as long as `work` takes. Nothing is made where none is.
 * @throws ProblemError target_unusable, with a sentence that says what to look at
 */
export async function withPlace<T>(place: Place, work: (repository: Repository) => Promise<T>): Promise<T> {
  const store = await openStore(place).catch((error: unknown) => {
    throw explain(error, place.place);
  });
  try {
    const repository = await openRepository({ store, password: place.password }).catch((error: unknown) => {
      throw explain(error, place.place);
    });
    return await work(repository);
  } finally {
    await store.close();
  }
}

async function openStore({ place, accessKeyId, secretAccessKey, region }: Place): Promise<ObjectStore> {
  if (!place.startsWith("s3:")) {
    await requireRepository(place);
    return createLocalStore({ root: place });
  }
  const url = URL.parse(place.slice("s3:".length));
  const [bucket, ...prefix] = (url?.pathname ?? "").split("/").filter(Boolean);
  if (!url || !bucket) throw unusable(`"${place}" is not of the form s3:https://host/bucket/prefix.`);
  if (!accessKeyId || !secretAccessKey) throw unusable("A bucket needs its access key and its secret key.");
  const credentials = { accessKeyId, secretAccessKey };
  const options = { endpoint: url.origin, bucket, region: region || "us-east-1", pathStyle: true, credentials };
  return withPrefix(withRetry(await createS3Store(options)), prefix.map((part) => `${part}/`).join(""));
}

/** Opening a folder as a store would make it. */
async function requireRepository(folder: string): Promise<void> {
  if (!isAbsolute(folder)) throw unusable(`Give the folder's whole path; "${folder}" does not begin at the root.`);
  for (const [path, missing] of [
    [folder, `There is no folder ${folder} on this server. Is the disk connected?`],
    [join(folder, "config"), noRepository(folder)],
  ] as const) {
    await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") throw unusable(missing);
      throw unusable(`The folder ${folder} cannot be used: the system refuses it, ${error.code}.`);
    });
  }
}

function explain(error: unknown, place: string): unknown {
  if (error instanceof RepositoryError) {
    if (error.code === "no_repository") return unusable(noRepository(place), error);
    if (error.code === "wrong_password") {
      return unusable("The password does not open these backups. It is the one in the recovery kit.", error);
    }
    return unusable(`${place}: ${error.message}`, error);
  }
  return error instanceof StorageError ? unusable(`${place}: ${error.message}`, error) : error;
}

function noRepository(place: string): string {
  return `There is no backup repository in ${place}. Give the place that has the file "config" in it.`;
}

function unusable(detail: string, cause?: unknown): ProblemError {
  return new ProblemError("target_unusable", detail, { cause });
}
