import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** zod gives every schema this name at run time, so that no minifier takes it away. */
const mark = "$ZodType";

/** Scripts of a folder, in all its depth, that carry zod. @param {string} folder @returns {string[]} their paths */
export function scriptsWithZod(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => join(folder, name))
    .filter((path) => readFileSync(path, "utf8").includes(mark));
}
