import { execFile } from "node:child_process";

const PROGRAM = process.env.HOLDFAST_RESTIC ?? "restic";

/** Runs the stock restic program on a repository in a local folder. Rejects with what it printed where it fails. */
export function restic(root: string, args: readonly string[], options: { password?: string } = {}): Promise<string> {
  const env = { ...process.env, RESTIC_PASSWORD: options.password ?? "secret", TZ: "UTC" };
  return new Promise((resolve, reject) => {
    const all = ["-r", root, "--no-cache", ...args];
    execFile(PROGRAM, all, { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.code === "ENOENT") {
        const hint = "Install it (Debian: apt install restic) or name it in HOLDFAST_RESTIC.";
        return reject(new Error(`These tests need the program "${PROGRAM}", which is not installed. ${hint}`));
      }
      reject(new Error(`restic ${args.join(" ")} failed (${error.code}):\n${stdout}\n${stderr}`));
    });
  });
}

/** `restic check`, with all data; also fails on warnings that restic does not count as errors. */
export async function resticCheck(root: string): Promise<void> {
  const output = await restic(root, ["check", "--read-data"]);
  if (!output.includes("no errors were found")) throw new Error(`restic check said:\n${output}`);
}
