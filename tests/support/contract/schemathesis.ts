import { spawn, spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const repository = join(import.meta.dirname, "../../..");
const wanted = join(repository, "tests/acceptance/contract/requirements.txt");
const hooks = "schemathesis_hooks";
const folder = join(repository, ".cache/schemathesis");
const stamp = join(folder, "installed");

/** The program of the versions in `requirements.txt`, in a virtual environment of its own: made once, made again where they change. */
export function installSchemathesis(): string {
  const program = join(folder, "bin/schemathesis");
  const version = hash("sha256", readFileSync(wanted));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === version) return program;
  rmSync(folder, { recursive: true, force: true });
  run(
    "python3",
    ["-m", "venv", folder],
    "python3 with venv is needed (on Debian: apt-get install python3 python3-venv)",
  );
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", wanted];
  run(join(folder, "bin/python"), install, "the packages could not be fetched from PyPI");
  writeFileSync(stamp, version);
  return program;
}

function run(command: string, args: readonly string[], reason: string): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Schemathesis could not be installed: ${reason}.\n${error?.message ?? stderr}`);
}

/** Runs it to its end; its exit code and all that it said. */
export function runSchemathesis(
  program: string,
  args: readonly string[],
): Promise<{ code: number | null; text: string }> {
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PYTHONPATH: dirname(wanted), PYTHONDONTWRITEBYTECODE: "1", SCHEMATHESIS_HOOKS: hooks },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code, text }));
  });
}
