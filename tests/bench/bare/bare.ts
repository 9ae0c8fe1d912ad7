import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { serverCore } from "../http/side-by-side.ts";

/**
 * The bare limits: programs of this folder that do what a request has to do, and nothing else. Each runs alone on the server's core,
 * takes its orders as JSON in argv, and says what it has to say as a line of JSON.
 */
export interface BareServer {
  readonly port: number;
  close(): Promise<void>;
}

function start(program: string, orders: object): { child: ChildProcess; said: Promise<unknown> } {
  const args = ["-c", serverCore, process.execPath, join(import.meta.dirname, program), JSON.stringify(orders)];
  const child = spawn("taskset", args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const said = new Promise<unknown>((resolve, reject) => {
    lines.once("line", (line) => resolve(JSON.parse(line)));
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code} and said nothing`)));
  });
  return { child, said };
}

/** Runs a program to its end. Resolves with what it said. */
export async function runBare<Said>(program: string, orders: object): Promise<Said> {
  const { child, said } = start(program, orders);
  const exit = once(child, "exit");
  const answer = (await said) as Said;
  await exit;
  return answer;
}

/** Starts a server that says which port it listens on. */
export async function serveBare(program: string, orders: object): Promise<BareServer> {
  const { child, said } = start(program, orders);
  const { port } = (await said) as { port: number };
  return {
    port,
    async close() {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
  };
}
