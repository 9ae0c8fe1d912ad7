import { join } from "node:path";

/** The folder of the repository. Everything in `scripts/lib` runs on Node 20 with nothing installed. */
export const repository = join(import.meta.dirname, "../..");

/** Ends the process with one sentence. */
export function stopWith(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Settings may stand in `.env`; the environment goes before it. */
export function loadDotEnv() {
  try {
    process.loadEnvFile(join(repository, ".env"));
  } catch (error) {
    if (error.code !== "ENOENT") stopWith(`The file .env cannot be read (${error.code ?? error.message}).`);
  }
}
