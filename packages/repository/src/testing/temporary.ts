import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createLocalStore } from "@holdfast/storage";
import { onTestFinished } from "vitest";
import { createRepository, type Repository } from "../repository.ts";

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "holdfast-repository-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A new repository with the password "secret", in a folder where restic finds it. */
export async function temporaryRepository(): Promise<{ root: string; repository: Repository }> {
  const root = path.join(await temporaryFolder(), "repository");
  const store = await createLocalStore({ root });
  onTestFinished(() => store.close());
  return { root, repository: await createRepository({ store, password: "secret" }) };
}
