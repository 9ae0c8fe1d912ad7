import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** What people do, in a real browser against the built pages: `vitest run --config tests/browser/vitest.config.ts`. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, "../.."),
    include: ["tests/browser/**/*.browser.ts"],
    pool: "forks",
    maxWorkers: 2,
    // What is awaited comes when it comes: a slow machine needs more than the second that is usual.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 90_000,
    teardownTimeout: 20_000,
  },
});
