import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { repository, stopWith } from "./common.mjs";
import { scriptsWithZod } from "./zod-free.mjs";

const web = join(repository, "apps/web");
const output = join(web, ".next");
const stampFile = join(output, "holdfast-build");
const standalone = join(output, "standalone/apps/web");

/** Builds the web pages when they never were, or when anything that goes into them has changed. */
export function ensureWebBuilt(node) {
  const wanted = hashSources();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted && existsSync(join(standalone, "server.js")))
    return;
  console.log("Building the web pages (once after each change; about a minute) …");
  rmSync(stampFile, { force: true });
  rmSync(join(standalone, ".next/static"), { recursive: true, force: true });
  const next = join(repository, "node_modules/next/dist/bin/next");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const { status } = spawnSync(node, [next, "build"], { cwd: web, env, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) stopWith("The web pages could not be built: see above. HOLDFAST_WEB=off starts without them.");
  refuseZod(join(output, "static"));
  // What the standalone server serves itself, and Next leaves to whoever deploys it.
  cpSync(join(output, "static"), join(standalone, ".next/static"), { recursive: true });
  if (existsSync(join(web, "public"))) cpSync(join(web, "public"), join(standalone, "public"), { recursive: true });
  compressTexts(join(standalone, ".next/static"));
  writeFileSync(stampFile, wanted);
}

/** Pages validate nothing: the server checks every request, and 45 KB of validator would travel for nothing. */
function refuseZod(folder) {
  const scripts = scriptsWithZod(folder);
  if (scripts.length === 0) return;
  stopWith(
    `The pages carry zod: ${scripts.map((path) => relative(output, path)).join(", ")}. Of @holdfast/contract, browsers import types alone (import type); values come from @holdfast/contract/client.`,
  );
}

/** As small as can be, once: the API sends these as they are (`platform/http/static-files.ts`). */
function compressTexts(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(css|js|svg)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path);
    writeFileSync(
      `${path}.br`,
      brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }),
    );
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  }
}

function hashSources() {
  const hash = createHash("sha256");
  for (const folder of [web, join(repository, "packages/contract")]) addFolder(hash, folder);
  addFile(hash, join(repository, "package-lock.json"));
  for (const script of [import.meta.filename, join(import.meta.dirname, "zod-free.mjs")]) addFile(hash, script);
  hash.update(`CDN_URL=${process.env.CDN_URL ?? ""}`);
  return hash.digest("hex");
}

function addFolder(hash, folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if ([".next", "node_modules", "next-env.d.ts"].includes(entry.name) || entry.name.endsWith(".tsbuildinfo"))
      continue;
    if (/\.test\.tsx?$/.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else addFile(hash, path);
  }
}

function addFile(hash, path) {
  const content = readFileSync(path);
  hash.update(`${relative(repository, path)}\0${content.length}\0`).update(content);
}
