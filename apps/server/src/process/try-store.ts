import { setTimeout as sleep } from "node:timers/promises";
import type { ObjectStore } from "@holdfast/storage";
import { explainStore } from "../platform/storage/explain-store.ts";
import type { Run } from "./run.ts";

/** One that does not answer by then is reported, and looked for no longer: it may come up after us. */
const PATIENCE_MS = 3_000;

/** Says at once, to the log and to people, when the store of the settings cannot be used: else the first upload would. */
export async function tryStore(store: ObjectStore, { log, progress }: Pick<Run, "log" | "progress">): Promise<void> {
  const late = sleep(PATIENCE_MS, undefined, { ref: false }).then(() => {
    throw new Error(`It does not answer within ${PATIENCE_MS / 1000} seconds.`);
  });
  try {
    await Promise.race([store.probe(), late]);
  } catch (error) {
    const sentence = `The file store cannot be used: ${explainStore(error)}`;
    log.error(sentence);
    progress.line(`  storage   ${sentence}`);
  }
}
