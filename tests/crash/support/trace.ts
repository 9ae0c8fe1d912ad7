import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** A system call that has returned; `begun` and `ended` are places in one order over all processes. */
export interface SystemCall {
  name: string;
  /** Arguments as strace shows them, file descriptors with their paths. */
  args: string;
  begun: number;
  ended: number;
}

/** Watches what these processes, and those they start, tell the disk and their clients. */
export async function startTrace(pids: readonly number[], file: string): Promise<{ stop(): Promise<SystemCall[]> }> {
  const calls = "trace=fdatasync,fsync,rename,renameat,renameat2,write,writev,sendto";
  const args = ["-f", "-y", "-s", "200", "-e", calls, "-o", file, ...pids.flatMap((pid) => ["-p", String(pid)])];
  const strace: ChildProcess = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  strace.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const end = performance.now() + 10_000;
  while ((said.match(/attached/g)?.length ?? 0) < pids.length) {
    if (strace.exitCode !== null || performance.now() > end) throw new Error(`strace does not attach: ${said}`);
    await sleep(20);
  }
  return {
    async stop() {
      await sleep(200);
      strace.kill("SIGINT");
      await once(strace, "exit");
      return parse(readFileSync(file, "utf8"));
    },
  };
}

function parse(text: string): SystemCall[] {
  const found: SystemCall[] = [];
  const open = new Map<string, SystemCall>();
  for (const [at, line] of text.split("\n").entries()) {
    const resumed = /^(\d+)\s+<\.\.\. (\w+) resumed>(.*)$/.exec(line);
    if (resumed) {
      const call = open.get(resumed[1] as string);
      if (!call) continue;
      call.ended = at;
      call.args += resumed[3];
      open.delete(resumed[1] as string);
      found.push(call);
      continue;
    }
    const call = /^(\d+)\s+(\w+)\((.*)$/.exec(line);
    if (!call) continue;
    const [, pid, name, args] = call as unknown as [string, string, string, string];
    const entry = { name, args, begun: at, ended: at };
    if (args.includes("<unfinished ...>")) open.set(pid, entry);
    else found.push(entry);
  }
  return found.sort((a, b) => a.begun - b.begun);
}
