import pino from "pino";
import { z } from "zod";
import { createDatabase } from "../database/database.ts";
import { createListener } from "../database/listen.ts";
import { createPool } from "../database/pool.ts";
import { defineJob, handleJob } from "./job.ts";
import { startWorker } from "./worker.ts";

/** A worker of its own process that begins `test.killed` and never ends it, for `jobs.test.ts` to kill. */
const url = process.argv[2] as string;
const definition = defineJob({ name: "test.killed", payload: z.object({}), retryDelaySeconds: 0 });
await startWorker({
  db: createDatabase(createPool(url, { max: 3, name: "killed worker", onError: () => {} })),
  log: pino({ level: "silent" }),
  listener: await createListener(url, () => {}),
  handlers: [
    handleJob(definition, () => {
      process.send?.("started");
      return new Promise(() => {});
    }),
  ],
});
process.send?.("ready");
