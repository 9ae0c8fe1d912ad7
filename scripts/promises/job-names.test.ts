import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("each job has a name in words on the jobs page, and each of these names a job", () => {
  const defined = globSync("apps/server/src/**/*.ts", { cwd: root })
    .filter((path) => !/\.(test|fixture)\.ts$/.test(path))
    .flatMap((path) => [...readFileSync(join(root, path), "utf8").matchAll(/defineJob\(\{\s*name: "([^"]+)"/g)])
    .map(([, name]) => String(name).replaceAll(/[.-]/g, "_"));
  const messages = JSON.parse(readFileSync(join(root, "apps/web/messages/en.json"), "utf8")) as {
    jobs: { names: Record<string, string> };
  };
  expect(Object.keys(messages.jobs.names).sort()).toEqual(defined.sort());
});
