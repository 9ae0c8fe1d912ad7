import { defineConfig } from "vitest/config";

/** Tests of the whole product that want the machine to themselves: kills at random instants, and a real browser. */
export default defineConfig({
  test: {
    include: ["tests/crash/**/*.test.ts", "tests/browser/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});
