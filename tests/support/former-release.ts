import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "../..");
/** What an upgrade starts from as long as nothing has been released. */
const beforeReleases = "c795e3e";

/**
 * The commit of the last release, or of `HOLDFAST_UPGRADE_FROM`; null, with a sentence, where this checkout does not have it.
 * @param unreleased what stands for it as long as nothing has been released
 */
export function formerCommit(unreleased = beforeReleases): { commit: string } | { commit: null; reason: string } {
  const tag = git("describe", "--tags", "--match", "v[0-9]*", "--abbrev=0", "HEAD");
  const ref = process.env.HOLDFAST_UPGRADE_FROM ?? tag ?? unreleased;
  const commit = git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit !== null) return { commit };
  return { commit: null, reason: `there is no commit ${ref} in this checkout (a shallow clone has none of the past)` };
}

/**
 * A checkout of that commit in `.cache/`, ready to run. Packages that are the ones of that time are linked; where one is
 * not, npm installs them all.
 */
export function checkOut(commit: string): string {
  const root = join(repository, ".cache/upgrade", commit);
  if (existsSync(root)) return root;
  const part = `${root}.${process.pid}`;
  mkdirSync(part, { recursive: true });
  try {
    const archive = execFileSync(
      "git",
      [
        "archive",
        commit,
        "apps/server",
        "packages",
        "supabase",
        "package.json",
        "package-lock.json",
        "tests/package.json",
        "apps/web/package.json",
        ".npmrc",
      ],
      {
        cwd: repository,
        maxBuffer: 256 * 1024 * 1024,
      },
    );
    execFileSync("tar", ["-x", "-C", part], { input: archive });
    if (hasSamePackages(part)) linkPackages(part);
    else install(part);
    renameSync(part, root);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
  return root;
}

function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync("git", args, { cwd: repository, encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

type Lock = { packages: Record<string, { version?: string; link?: boolean; dev?: boolean; optional?: boolean }> };

/** Whether all that the server of that time needs is installed here, in the same versions. */
function hasSamePackages(root: string): boolean {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  return Object.entries(packages).every(([path, { version, link, dev, optional }]) => {
    if (!path.startsWith("node_modules/") || link || dev || optional) return true;
    const file = join(repository, path, "package.json");
    return existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version === version;
  });
}

/** Everything but our own packages, which are those of that time. */
function linkPackages(root: string): void {
  const from = join(repository, "node_modules");
  const to = join(root, "node_modules");
  mkdirSync(join(to, "@holdfast"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== "@holdfast" && !name.startsWith(".")) symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(root, "packages"))) {
    symlinkSync(join(root, "packages", name), join(to, "@holdfast", name));
  }
}

function install(root: string): void {
  const cli = process.env.npm_execpath;
  const [command, first] = cli ? [process.execPath, [cli]] : ["npm", []];
  const args = [...first, "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`The packages of the former release could not be installed:\n${stderr}`);
}
