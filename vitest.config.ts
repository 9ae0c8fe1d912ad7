import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // As the pages name their own files.
  resolve: { alias: { "@": join(import.meta.dirname, "apps/web") } },
  test: {
    include: [
      "packages/**/*.test.ts",
      "apps/server/**/*.test.ts",
      "apps/web/{lib,features}/**/*.test.ts",
      "scripts/**/*.test.ts",
      "tests/acceptance/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/.next/**"],
    globalSetup: ["tests/support/global-setup.ts"],
    // Processes, not threads: native modules and signals behave as they do in the product.
    pool: "forks",
    maxWorkers: 2,
    // What is awaited comes when it comes: a slow machine needs more than the second that is usual.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 90_000,
    teardownTimeout: 15_000,
  },
});
