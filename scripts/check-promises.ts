import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { metaOf, settingNames } from "../apps/server/src/config.ts";
import { accessClasses, errorCodes, operations } from "../packages/contract/src/index.ts";
import { unkeptPromises } from "./promises/unkept.ts";

/**
 * Settings, access classes and error codes that nothing reads or throws, and documents that speak of settings which do
 * not exist. Prints one line a finding; fails when there is any.
 */
const root = join(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => existsSync(join(root, path)));
const read = (pattern: RegExp) =>
  files.filter((path) => pattern.test(path)).map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

const findings = unkeptPromises(
  {
    settings: settingNames,
    secrets: settingNames.filter((name) => metaOf(name).secret),
    accessClasses,
    errorCodes: Object.keys(errorCodes),
    used: operations.map(({ access }) => access),
  },
  read(/^(apps\/server|packages|scripts|tests)\/.*\.(ts|mjs)$/),
  read(/^[^/]+\.md$|^docs\/.*\.md$|^\.env\.example$|^compose\.yaml$|^Dockerfile$/).filter(
    // The changelog speaks of the past, and what is generated is right by itself.
    ({ path }) => path !== "CHANGELOG.md" && !path.startsWith("docs/generated/"),
  ),
);
for (const finding of findings) console.error(finding);
console.log(
  `${settingNames.length} settings, ${Object.keys(errorCodes).length} error codes, ${findings.length} findings`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
