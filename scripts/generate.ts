import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderConfiguration } from "../apps/server/src/config.document.ts";
import { renderEndpoints } from "../packages/contract/src/client/endpoints.document.ts";
import { openApiDocument, operations } from "../packages/contract/src/index.ts";

const { version } = JSON.parse(readFileSync(new URL("../apps/server/package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Every generated file of the repository, by its path, and what it must hold. */
const generated: Record<string, () => string | Promise<string>> = {
  "docs/generated/configuration.md": renderConfiguration,
  "packages/contract/src/client/generated/endpoints.ts": () => renderEndpoints(operations),
  "docs/generated/openapi.json": () => `${JSON.stringify(openApiDocument(version), null, 1)}\n`,
};

const root = join(import.meta.dirname, "..");
const checkOnly = process.argv.includes("--check");
let stale = 0;
for (const [name, render] of Object.entries(generated)) {
  const path = join(root, name);
  const text = await render();
  if (read(path) === text) continue;
  if (checkOnly) {
    console.error(`${name} is stale: run "npm run generate" and commit it.`);
    stale += 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${name}`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
