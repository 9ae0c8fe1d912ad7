import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig, unknownSettings } from "./config.ts";
import { createLog } from "./platform/log.ts";
import { withoutSecrets } from "./platform/log-secrets.ts";
import { startTelemetry } from "./platform/telemetry/start-telemetry.ts";
import { describeFailure } from "./process/failure.ts";
import { giveBackMemory } from "./process/give-back-memory.ts";
import { createProgress } from "./process/progress.ts";
import { runRole } from "./process/roles.ts";
import { stopInOrder } from "./process/stop.ts";
import { version } from "./version.ts";

/**
 * The first process: takes the data folder, then starts what the role asks for. `--for-people` (or a terminal) shows
 * plain lines while starting; the log is JSON. `--starters` names the programs with which it ends.
 */
const stopping = new AbortController();
const starters = process.argv.find((word) => word.startsWith("--starters="));
const steps = stopInOrder(stopping, starters?.slice("--starters=".length));
try {
  const config = loadConfig();
  const forPeople = process.stdout.isTTY || process.argv.includes("--for-people");
  const log = createLog(config, config.role === "all" ? "api" : config.role);
  const stopTelemetry = await startTelemetry(config, log, config.role === "worker" ? "worker" : "api", version());
  // The first step to be added is the last to be taken.
  if (config.otlp)
    steps.add("telemetry", (patience) => Promise.race([stopTelemetry(), sleep(patience, undefined, { ref: false })]));
  for (const sentence of unknownSettings()) log.warn(sentence);
  // A mistake of ours: what is in flight may still finish, and whoever started us starts us again.
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "an unexpected error; Holdfast stops");
    process.exitCode = 1;
    void steps.run().finally(() => process.exit(1));
  });
  const starting = runRole(config, { log, progress: createProgress(forPeople), steps, stopping: stopping.signal });
  steps.whileStarting(starting);
  await starting;
  giveBackMemory();
} catch (error) {
  if (!stopping.signal.aborted) {
    for (const sentence of describeFailure(error)) console.error(withoutSecrets(sentence));
    await steps.run();
    process.exit(1);
  }
}
