import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const acceptance = "tests/acceptance/**/*.test.ts";
const everything = [
  "packages/**/*.test.ts",
  "apps/server/**/*.test.ts",
  "apps/web/{lib,features}/**/*.test.ts",
  "scripts/**/*.test.ts",
  acceptance,
  "tests/support/*.test.ts",
];

export default defineConfig({
  // As the pages name their own files.
  resolve: { alias: { "@": join(import.meta.dirname, "apps/web") } },
  test: {
    include: process.env.HOLDFAST_TEST_URL ? forGivenServer() : everything,
    exclude: ["**/node_modules/**", "**/.next/**"],
    globalSetup: ["tests/support/global-setup.ts"],
    // Processes, not threads: native modules and signals behave as they do in the product.
    pool: "forks",
    maxWorkers: 3,
    // What is awaited comes when it comes: a slow machine needs more than the second that is usual.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 90_000,
    teardownTimeout: 15_000,
  },
});

/** The files that an installation elsewhere can be asked by. Of those that were named and need a server of their own, says so. */
function forGivenServer(): string[] {
  const filters = process.argv.slice(2).filter((argument) => /^[^-].*\//.test(argument));
  const files = globSync(acceptance);
  const fit = new Set(
    files.filter((file) => /\b(anyServer|openAnyServer|startSharingServer)\(/.test(readFileSync(file, "utf8"))),
  );
  const named = files.filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
  for (const file of named.filter((file) => !fit.has(file)).sort()) {
    console.log(`skipped ${file}: it starts, stops or looks into a server of its own`);
  }
  return [...fit];
}
