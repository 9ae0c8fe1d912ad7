import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Kills of the whole product at random instants: `vitest run --config tests/crash/vitest.config.ts`. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["tests/crash/**/*.crash.ts"],
    pool: "forks",
    maxWorkers: 3,
    // What is awaited comes when it comes: a slow machine needs more than the second that is usual.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 300_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
