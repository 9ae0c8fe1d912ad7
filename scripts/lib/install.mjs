import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository, stopWith } from "./common.mjs";

const lockFile = join(repository, "package-lock.json");
const stampFile = join(repository, "node_modules", ".holdfast-install");

/** Installs the packages of package-lock.json when they are missing or not the ones it names. */
export function ensureInstalled() {
  const lock = readFileSync(lockFile);
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  if (!isAlreadyInstalled(JSON.parse(lock.toString()))) {
    console.log("Installing what Holdfast needs (once; about a minute) …");
    // Only ever what package-lock.json names, by its hashes: another command would take what the registry has today.
    if (!npmCi()) {
      console.log("That failed; trying once more …");
      if (!npmCi()) stopWith("The packages could not be installed: look at what npm says above, then start again.");
    }
  }
  try {
    writeFileSync(stampFile, wanted);
  } catch {
    // An installation that is read-only is compared again at the next start, which takes some milliseconds.
  }
}

/** Whether somebody ran npm already: npm keeps what it installed in node_modules/.package-lock.json. */
function isAlreadyInstalled(lock) {
  const installedFile = join(repository, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(lock.packages).every(([path, { version, optional, peer, link }]) => {
    if (path === "" || link || !path.startsWith("node_modules/")) return true;
    const found = installed[path];
    return found ? found.version === version : Boolean(optional || peer);
  });
}

function npmCi() {
  const args = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const cli = process.env.npm_execpath;
  const [command, full] = cli ? [process.execPath, [cli, ...args]] : ["npm", args];
  const shell = !cli && process.platform === "win32";
  return spawnSync(command, full, { cwd: repository, stdio: "inherit", shell }).status === 0;
}
