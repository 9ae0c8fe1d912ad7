import { spawn } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync } from "node:fs";
import { constants as os } from "node:os";
import { join } from "node:path";
import { repository, stopWith } from "./common.mjs";

const NEEDED = 24;

/** A Node that runs TypeScript: this one where it is new enough, otherwise the one that was installed with the packages. */
export function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED) return process.execPath;
  const { platform, arch } = process;
  const exe = platform === "win32" ? ".exe" : "";
  const packages = [`node-${platform === "win32" ? "win" : platform}-${arch}`, `node-bin-${platform}-${arch}`];
  const found = packages.map((name) => join(repository, "node_modules", name, "bin", `node${exe}`)).find(existsSync);
  if (!found) {
    stopWith(
      `Holdfast needs Node ${NEEDED} or newer, and this is ${process.version}: install a newer Node and start again.`,
    );
  }
  try {
    accessSync(found, constants.X_OK);
  } catch {
    chmodSync(found, 0o755);
  }
  return found;
}

/**
 * Runs a program in place of this process: really so where Node can (the process id stays), otherwise as a child that
 * gets our signals and whose end is ours. Never returns.
 */
export function become(command, args, env = process.env) {
  if (typeof process.execve === "function" && process.platform !== "win32") {
    const text = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
    process.execve(command, [command, ...args], text);
  }
  const child = spawn(command, args, { env, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
  child.on("error", (error) => stopWith(`${command} cannot be run (${error.code}).`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (os.signals[signal] ?? 0)));
}
