import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";

// Plain JavaScript, as it runs before anything is installed: it has no types of its own.
const { scriptsWithZod } = (await import(new URL("zod-free.mjs", import.meta.url).href)) as {
  scriptsWithZod: (folder: string) => string[];
};
const folder = mkdtempSync(join(tmpdir(), "holdfast-zod-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("finds zod as it is published, and no script that only speaks of it", () => {
  const chunks = join(folder, "chunks/app");
  mkdirSync(chunks, { recursive: true });
  writeFileSync(join(chunks, "page.js"), 'console.log("zod, ZodType")');
  expect(scriptsWithZod(folder)).toEqual([]);
  const zod = dirname(createRequire(import.meta.url).resolve("zod/package.json"));
  copyFileSync(join(zod, "v4/core/schemas.js"), join(chunks, "zod.js"));
  expect(scriptsWithZod(folder)).toEqual([join(chunks, "zod.js")]);
});
