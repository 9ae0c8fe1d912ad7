import { globSync } from "node:fs";
import { join } from "node:path";
import { checkStatements } from "./statements/check.ts";
import { findSqlElsewhere } from "./statements/elsewhere.ts";

/** Every statement of the server against the migrated schema. Prints one line a finding; fails when there is any. */
const root = join(import.meta.dirname, "..");
const files = globSync("apps/server/src/**/*.queries.ts", { cwd: root }).sort();
const { count, findings } = await checkStatements(root, files);
findings.push(...findSqlElsewhere(root));
for (const finding of findings) console.error(finding);
console.log(`${count} statements in ${files.length} files, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;
