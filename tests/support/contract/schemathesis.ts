import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { installFromPyPI } from "../programs/pypi.ts";

const wanted = join(import.meta.dirname, "../../acceptance/contract/requirements.txt");
const hooks = "schemathesis_hooks";

/** The program of the versions in `requirements.txt`. */
export const installSchemathesis = (): string => installFromPyPI("schemathesis", wanted);

/** Runs it to its end; its exit code and all that it said. */
export function runSchemathesis(
  program: string,
  args: readonly string[],
): Promise<{ code: number | null; text: string }> {
  const child = spawn(program, args, {
    cwd: dirname(program),
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
