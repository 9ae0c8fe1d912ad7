import { readdirSync, readFileSync } from "node:fs";

export type Victim = "everything" | "api" | "worker" | "pages" | "postgres";

interface Entry {
  pid: number;
  parent: number;
  command: string;
}

function processes(): Entry[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      return [
        { pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ") },
      ];
    } catch {
      // It ended between the two looks.
      return [];
    }
  });
}

/** The processes below `root`, itself first. */
export function treeOf(root: number): Entry[] {
  const all = processes();
  const found = all.filter(({ pid }) => pid === root);
  for (let i = 0; i < found.length; i++) {
    const { pid } = found[i] as Entry;
    found.push(...all.filter(({ parent }) => parent === pid));
  }
  return found;
}

/** Kills with SIGKILL, without warning and all at once. Returns how many processes that were. */
export function kill(root: number, victim: Victim): number {
  const tree = treeOf(root);
  const chosen = tree.filter(({ pid, command }) => {
    if (victim === "everything") return true;
    if (victim === "api") return pid === root;
    if (victim === "worker") return /worker\.ts/.test(command);
    if (victim === "pages") return /next-server|standalone\/apps\/web\/server\.js/.test(command);
    // The first PostgreSQL process alone: its children find out by themselves, as after the kernel's out-of-memory killer.
    return /bin\/postgres -D/.test(command) || /bin\/postgres .*-D/.test(command);
  });
  // From the top: no parent is left to start a child again.
  for (const { pid } of chosen) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone with its parent.
    }
  }
  return chosen.length;
}
