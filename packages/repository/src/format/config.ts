import { randomBytes } from "node:crypto";
import { ObjectNotFound, type ObjectStore } from "@holdfast/storage";
import type { Cipher } from "../crypto/cipher.ts";
import { damaged, RepositoryError } from "../errors.ts";
import { readAtMost } from "./files.ts";
import { randomPolynomial } from "./polynomial.ts";

export interface Config {
  version: number;
  id: string;
  chunkerPolynomial: string;
}

/** Of the file: a few hundred bytes are usual. */
const LARGEST = 64 * 1024;

export async function createConfig(store: ObjectStore, cipher: Cipher): Promise<Config> {
  const config = { version: 2, id: randomBytes(32).toString("hex"), chunkerPolynomial: randomPolynomial() };
  const { version, id, chunkerPolynomial } = config;
  const json = JSON.stringify({ version, id, chunker_polynomial: chunkerPolynomial });
  await store.put("config", cipher.seal(Buffer.from(json)));
  return config;
}

/** @throws RepositoryError "no_repository", "damaged" or "unsupported". */
export async function loadConfig(store: ObjectStore, cipher: Cipher): Promise<Config> {
  const sealed = await readAtMost(store, "config", LARGEST).catch((error: unknown) => {
    if (error instanceof ObjectNotFound) {
      throw new RepositoryError("no_repository", "The repository's config is missing.", { cause: error });
    }
    throw error;
  });
  const json = JSON.parse(cipher.open(sealed).toString()) as Record<string, unknown>;
  const { version, id, chunker_polynomial: chunkerPolynomial } = json;
  if (typeof version !== "number" || typeof id !== "string" || typeof chunkerPolynomial !== "string") {
    throw damaged("The repository's config is not complete.");
  }
  if (version < 1 || version > 2) {
    throw new RepositoryError("unsupported", `The repository is of version ${version}; versions 1 and 2 are known.`);
  }
  return { version, id, chunkerPolynomial };
}
