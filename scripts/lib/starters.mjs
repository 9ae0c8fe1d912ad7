import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Between npm and this script there is at most a shell; more would be somebody's own wrapper. */
const FARTHEST = 3;

/**
 * npm and its shell, where they are what started this script: the product ends with them, however they end. Whoever started npm, or this
 * script without npm (a service manager, a shell, `nohup`), may go without ending it.
 * @returns "pid:instant of its start" of each
 */
export function findStarters() {
  const { npm_lifecycle_event, npm_execpath = "" } = process.env;
  if (!npm_lifecycle_event || process.platform === "win32") return [];
  const program = npm_execpath.replace(/^.*[\\/]|(-cli)?\.\w+$/g, "") || "npm";
  const found = [];
  for (let pid = process.ppid; pid > 1 && found.length < FARTHEST; ) {
    const entry = look(pid);
    if (!entry) return [];
    found.push(`${pid}:${entry.began}`);
    // npm calls itself "npm start"; others are named by their file.
    if (new RegExp(`(^|[\\s/])${program}(-cli)?(\\.\\w+)?(\\s|$)`).test(entry.command)) return found;
    pid = entry.parent;
  }
  return [];
}

function look(pid) {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Behind the name, which may hold anything: state, parent, …, and the start's instant as the 20th.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      return { parent: Number(fields[1]), began: fields[19], command };
    }
    const line = execFileSync("ps", ["-ww", "-o", "ppid=,command=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [, parent, command] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    return parent ? { parent: Number(parent), began: "", command } : null;
  } catch {
    return null;
  }
}
