import type { Logger } from "pino";
import type { Progress } from "./progress.ts";
import type { StopSteps } from "./stop.ts";

/** One life of the process: what it tells people and the log, and how it ends. */
export interface Run {
  readonly log: Logger;
  readonly progress: Progress;
  readonly steps: StopSteps;
  /** Aborted when a person stops Holdfast while it is still starting. */
  readonly stopping: AbortSignal;
}
