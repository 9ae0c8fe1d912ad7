import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

export interface ChildOptions {
  readonly name: string;
  /** A module to run; it sends "ready" when it is, and closes when it gets "stop" or loses its parent. */
  readonly module: string;
  readonly args?: string[];
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  /** For its Node, besides those that all children have. */
  readonly nodeFlags?: readonly string[];
  /** Takes what the child writes, a line at a time; without it, the child writes to the parent's output. */
  readonly onLine?: (line: string) => void;
}

export interface Child {
  /** Resolves when it is ready for the first time. */
  readonly ready: Promise<void>;
  readonly pid: number | undefined;
  /** Asks it to close, and ends it after `patience` ms. It is not started again. */
  stop(patience: number): Promise<void>;
  kill(): void;
  /** What it answers to a question (see `answerParent`). Rejects where it is not there, or does not answer within `patience` ms. */
  ask(question: string, patience: number): Promise<unknown>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** A child that ran this long has proven itself: the next pause is short again. */
const PROVEN_MS = 60_000;
/** Children are not where short-lived objects abound: a small nursery saves some 15 MiB each. */
const NODE_FLAGS = ["--max-semi-space-size=4"];

/** Runs a module as a child process and starts it again, with growing pauses, whenever it ends by itself. */
export function superviseChild(options: ChildOptions): Child {
  const { name, log } = options;
  const firstReady = Promise.withResolvers<void>();
  const pauseOver = new AbortController();
  const questions = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  let stopping = false;
  let current: ChildProcess | undefined;
  let pause = FIRST_PAUSE_MS;

  function run(): void {
    const started = performance.now();
    const child = start(options);
    current = child;
    child.on("message", (message) => {
      if (message === "ready") firstReady.resolve();
      const { to, answer } = message as { to?: number; answer?: unknown };
      if (to !== undefined) questions.get(to)?.(answer);
    });
    const again = (end: object): void => {
      if (stopping) return;
      if (performance.now() - started > PROVEN_MS) pause = FIRST_PAUSE_MS;
      log.error({ child: name, ...end, pauseMs: pause }, `the ${name} ended and is started again`);
      void sleep(pause, undefined, { signal: pauseOver.signal }).then(run, () => {});
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    };
    child.once("exit", (code, signal) => again({ code, signal }));
    child.on("error", (err) => {
      // One that could not be started at all never exits.
      if (child.pid === undefined) again({ err });
    });
  }

  run();
  return {
    ready: firstReady.promise,
    get pid() {
      return current?.pid;
    },
    async stop(patience) {
      stopping = true;
      pauseOver.abort();
      const child = current;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const exit = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      if (child.connected) child.send("stop", () => {});
      await Promise.race([exit, sleep(patience, undefined, { ref: false })]);
      child.kill("SIGKILL");
      await exit;
    },
    kill() {
      stopping = true;
      pauseOver.abort();
      current?.kill("SIGKILL");
    },
    async ask(question, patience) {
      if (!current?.connected) throw new Error(`The ${name} is not there.`);
      asked += 1;
      const id = asked;
      const answer = Promise.withResolvers<unknown>();
      questions.set(id, answer.resolve);
      current.send({ question, id }, (error) => error && answer.reject(error));
      const late = setTimeout(() => answer.reject(new Error(`The ${name} does not answer.`)), patience);
      try {
        return await answer.promise;
      } finally {
        clearTimeout(late);
        questions.delete(id);
      }
    },
  };
}

function start({ module, args = [], env, nodeFlags = [], onLine }: ChildOptions): ChildProcess {
  const options: ForkOptions = {
    env,
    execArgv: [...NODE_FLAGS, ...nodeFlags],
    // A process group of its own: Ctrl-C in a terminal reaches the parent alone, which stops the others in order.
    detached: process.platform !== "win32",
    stdio: ["ignore", onLine ? "pipe" : "inherit", onLine ? "pipe" : "inherit", "ipc"],
  };
  const child = fork(module, args, options);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream && onLine) createInterface({ input: stream }).on("line", onLine);
  }
  return child;
}
