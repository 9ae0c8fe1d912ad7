import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unansweredRequirements } from "./documents/requirements.ts";
import { untrueDocuments } from "./documents/untrue.ts";

/**
 * Documents whose links and paths lead nowhere, decisions in another format, and security requirements without an answer. Prints one line a finding; fails when there is
 * any.
 */
const root = join(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(root, path)));
// The changelog speaks of the past.
const documents = files
  .filter((path) => path.endsWith(".md") && path !== "CHANGELOG.md")
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const findings = [
  ...untrueDocuments(documents, files),
  ...documents.filter(({ path }) => path === "docs/security.md").flatMap(unansweredRequirements),
];
for (const finding of findings) console.error(finding);
console.log(`${documents.length} documents, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;
