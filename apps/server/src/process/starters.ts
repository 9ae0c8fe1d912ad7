import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 500;

/**
 * Calls `onGone` once one of the programs that started this process has ended: npm or its shell, as `scripts/lib/starters.mjs` names them
 * ("pid:instant of its start", comma-separated). They do not tell us: a killed one cannot, and a shell hands no signal on.
 */
export function watchStarters(list: string, onGone: () => void): void {
  const starters = list.split(",").flatMap((text) => {
    const [pid, began = ""] = text.split(":");
    return Number(pid) > 1 ? [{ pid: Number(pid), began }] : [];
  });
  if (starters.length === 0) return;
  const timer = setInterval(() => {
    if (starters.every(({ pid, began }) => isRunning(pid, began))) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS).unref();
}

/** Neither ended, nor ended and not collected yet, nor another program with the same number. */
function isRunning(pid: number, began: string): boolean {
  if (process.platform !== "linux") {
    try {
      return process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[19] === began && fields[0] !== "Z" && fields[0] !== "X";
  } catch {
    return false;
  }
}
