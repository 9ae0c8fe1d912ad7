import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { type Measured, measure } from "./measure.ts";

export type BorgStep = "backup" | "restore" | "prune" | "check";

/** Debian's borg on the same data, encrypted and compressed as it is used; null where it is not installed. */
export async function startBorg(root: string): Promise<((step: BorgStep) => Promise<Measured>) | null> {
  try {
    execFileSync("borg", ["--version"], { stdio: "ignore" });
  } catch {
    return null;
  }
  const repository = path.join(root, "borg");
  const target = path.join(root, "restored-by-borg");
  mkdirSync(target);
  const env = { ...process.env, BORG_BASE_DIR: path.join(root, "borg-base"), BORG_PASSPHRASE: "benchmark" };
  const borg = (...args: string[]) => measure("borg", args, env);
  await borg("init", "--encryption=repokey-blake2", repository);
  let made = 0;
  const steps: Record<BorgStep, () => Promise<Measured>> = {
    backup: () => borg("create", "--compression=zstd,3", `${repository}::${++made}`, path.join(root, "source")),
    // It restores into the folder that it stands in.
    restore: () => measure("env", ["-C", target, "borg", "extract", `${repository}::${made}`], env),
    prune: async () => together(await borg("prune", "--keep-last=1", repository), await borg("compact", repository)),
    check: () => borg("check", "--verify-data", repository),
  };
  return (step) => steps[step]();
}

function together(one: Measured, other: Measured): Measured {
  return {
    seconds: one.seconds + other.seconds,
    cpuSeconds: one.cpuSeconds + other.cpuSeconds,
    peakMiB: Math.max(one.peakMiB, other.peakMiB),
    output: one.output + other.output,
  };
}
