import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Measured {
  /** Wall clock, from start to end of the process. */
  seconds: number;
  /** User and system time of all its threads. */
  cpuSeconds: number;
  /** Largest resident set. */
  peakMiB: number;
  output: string;
}

const TICKS_PER_SECOND = 100;
const PAUSE_MS = 10;

/** Runs a program and asks Linux what it takes. @throws where it fails, with what it printed. */
export function measure(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let cpuSeconds = 0;
    let peakMiB = 0;
    const look = (): void => {
      try {
        const stat = readFileSync(`/proc/${child.pid}/stat`, "latin1");
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        const ticks = Number(fields[11]) + Number(fields[12]);
        if (ticks > 0) cpuSeconds = ticks / TICKS_PER_SECOND;
        const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "latin1"));
        if (peak !== null) peakMiB = Math.max(peakMiB, Number(peak[1]) / 1024);
      } catch {
        // It has just ended.
      }
    };
    const timer = setInterval(look, PAUSE_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        output += data;
      });
    }
    child.on("error", reject);
    child.on("exit", () => look());
    child.on("close", (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - start) / 1000;
      if (code === 0) resolve({ seconds, cpuSeconds, peakMiB, output });
      else reject(new Error(`${program} ${args.join(" ")} failed (${code}):\n${output}`));
    });
  });
}
