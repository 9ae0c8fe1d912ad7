import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const cache = join(import.meta.dirname, "../../../.cache");

/** A program from PyPI, of the versions in a file of requirements, in a virtual environment of its own: made once, made again where they change. */
export function installFromPyPI(name: string, requirements: string): string {
  const folder = join(cache, name);
  const stamp = join(folder, "installed");
  const program = join(folder, "bin", name);
  const version = hash("sha256", readFileSync(requirements));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === version) return program;
  rmSync(folder, { recursive: true, force: true });
  const run = (command: string, args: readonly string[], reason: string) => {
    const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${name} could not be installed: ${reason}.\n${error?.message ?? stderr}`);
  };
  run(
    "python3",
    ["-m", "venv", folder],
    "python3 with venv is needed (on Debian: apt-get install python3 python3-venv)",
  );
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
  run(join(folder, "bin/python"), install, "the packages could not be fetched from PyPI");
  writeFileSync(stamp, version);
  return program;
}
