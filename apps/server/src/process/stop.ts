import { setTimeout as sleep } from "node:timers/promises";
import { watchStarters } from "./starters.ts";

/** What is undone when the process ends, the latest first. */
export interface StopSteps {
  /** `stop` gets the milliseconds that it may take. `force` is called instead when a person presses Ctrl-C again. */
  add(name: string, stop: (patience: number) => Promise<void> | void, force?: () => void): void;
  /** While this goes on, steps are still being added: stopping waits for it, up to 3 s. */
  whileStarting(starting: Promise<void>): void;
  run(): Promise<void>;
}

/** Everything has to be over by then. */
const DEADLINE_MS = 9_500;
/** A terminal and npm both hand on one Ctrl-C; a person takes longer for a second one. */
const SAME_PRESS_MS = 400;

/**
 * Listens for Ctrl-C, SIGTERM and the loss of what started it (the parent, or one of `starters`), then runs the steps in order and ends the process: 0 when all
 * went well. A second Ctrl-C ends everything at once.
 */
export function stopInOrder(stopping: AbortController, starters = ""): StopSteps {
  const steps: { name: string; stop: (patience: number) => Promise<void> | void; force?: (() => void) | undefined }[] =
    [];
  let deadline = Number.POSITIVE_INFINITY;
  let running: Promise<void> | null = null;
  let began = 0;
  let starting: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    deadline = performance.now() + DEADLINE_MS;
    await Promise.race([starting.catch(() => {}), sleep(3_000, undefined, { ref: false })]);
    for (let step = steps.pop(); step; step = steps.pop()) {
      try {
        await step.stop(Math.max(500, deadline - performance.now()));
      } catch (error) {
        process.exitCode = 1;
        console.error(`Stopping the ${step.name} failed:`, error);
      }
    }
  }

  function onSignal(): void {
    if (running) {
      if (performance.now() - began < SAME_PRESS_MS) return;
      for (const { force } of steps) force?.();
      process.exit(1);
    }
    began = performance.now();
    stopping.abort();
    running = run();
    void running.finally(() => process.exit());
  }

  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  if (process.platform !== "win32") process.on("SIGHUP", onSignal);
  const onLoss = () => {
    if (!running) onSignal();
  };
  process.once("disconnect", onLoss);
  watchStarters(starters, onLoss);
  return {
    whileStarting(promise) {
      starting = promise;
    },
    add: (name, stop, force) => void steps.push({ name, stop, force }),
    run: () => {
      running ??= run();
      return running;
    },
  };
}
