import { createLocalStore } from "@holdfast/storage";
import { prune } from "../maintenance/prune.ts";
import { openRepository } from "../repository.ts";

// Prunes a repository, and says whether it could: node prune-child.ts <folder>
const store = await createLocalStore({ root: process.argv[2] as string });
const repository = await openRepository({ store, password: "secret" });
const outcome = await prune(repository, { workers: 1 }).then(
  () => "pruned",
  (error: { code?: string }) => error.code ?? String(error),
);
process.stdout.write(outcome);
await store.close();
