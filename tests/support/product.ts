import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface ProductOptions {
  /** Settings over those that keep the product to itself: a free port on loopback and a data folder of its own. */
  readonly env?: Readonly<Record<string, string>>;
  /** With the pages, which must have been built. */
  readonly web?: boolean;
  /** As under a service: no lines for people, only the log. */
  readonly service?: boolean;
  /** The checkout whose server is started; without it, this one. */
  readonly checkout?: string;
  /** An existing data folder, which is then kept. */
  readonly dataDir?: string;
}

export interface Product {
  /** Origin, such as http://127.0.0.1:40123; the same after `restart`. */
  readonly url: string;
  /** The one-time token of the set-up page, or null where an admin exists. */
  readonly setupToken: string | null;
  readonly dataDir: string;
  readonly pid: number;
  /** All that it has written so far. */
  output(): string;
  /** As Ctrl-C does. Resolves with how it ended; removes the data folder where `startProduct` made it. */
  stop(): Promise<Exit>;
  /** Kills the first process the hard way; its children notice by themselves. The data folder stays. */
  kill9(): Promise<void>;
  /** Starts again on the same folder and port, after stopping or killing. */
  restart(env?: Readonly<Record<string, string>>): Promise<Product>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly milliseconds: number;
}

const repository = join(import.meta.dirname, "../..");
/** The operator's command line, for `node`. */
export const cli = join(repository, "apps/server/src/cli.ts");
const compiled = join(repository, ".cache/node");

/** Starts the real product, as `npm start` does when all is installed and built, and waits until it is ready. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "holdfast-product-")));
  const port = await freePort();
  const ownsFolder = options.dataDir === undefined;
  try {
    return await run({ ...options, dataDir }, port, ownsFolder);
  } catch (error) {
    if (ownsFolder) await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

async function run(options: ProductOptions & { dataDir: string }, port: number, ownsFolder: boolean): Promise<Product> {
  const { dataDir } = options;
  const settings = {
    PORT: String(port),
    HOST: "127.0.0.1",
    HOLDFAST_DATA: dataDir,
    HOLDFAST_WEB: options.web ? "on" : "off",
    ...options.env,
  };
  const { checkout = repository } = options;
  const child = spawnProduct(settings, { checkout, ...(options.service ? { args: [] } : {}) });
  const output = collect(child);
  await waitUntilReady(child, output);
  const tokenFile = join(dataDir, "keys", "setup-token");
  return {
    url: `${options.env?.TLS_CERT_FILE ? "https" : "http"}://127.0.0.1:${port}`,
    setupToken: existsSync(tokenFile) ? readFileSync(tokenFile, "utf8").trim() : null,
    dataDir,
    pid: child.pid!,
    output,
    async stop() {
      const exit = await endWith(child, "SIGINT");
      if (ownsFolder) await rm(dataDir, { recursive: true, force: true });
      return exit;
    },
    async kill9() {
      await endWith(child, "SIGKILL");
    },
    async restart(env) {
      if (child.exitCode === null && child.signalCode === null) await endWith(child, "SIGINT");
      return run({ ...options, env: { ...options.env, ...env } }, port, ownsFolder);
    },
  };
}

/** Starts the first process with these settings and nothing else of this machine's environment. */
export function spawnProduct(
  env: Readonly<Record<string, string>>,
  {
    args = ["--for-people"],
    output = "pipe",
    checkout = repository,
  }: { args?: readonly string[]; output?: "pipe" | number; checkout?: string } = {},
): ChildProcess {
  return spawn(process.execPath, [join(checkout, "apps/server/src/main.ts"), ...args], {
    env: {
      PATH: process.env.PATH ?? "",
      UV_THREADPOOL_SIZE: "16",
      NODE_COMPILE_CACHE: compiled,
      MALLOC_ARENA_MAX: "2",
      ...env,
    },
    stdio: ["ignore", output, output],
  });
}

export function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

async function waitUntilReady(child: ChildProcess, output: () => string): Promise<void> {
  const end = performance.now() + 60_000;
  // Said to people whatever the level of the log is.
  while (!/"msg":"ready"|^ {2}ready /m.test(output())) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Holdfast did not start:\n${output()}`);
    if (performance.now() > end) {
      child.kill("SIGKILL");
      throw new Error(`Holdfast was not ready within a minute:\n${output()}`);
    }
    await sleep(10);
  }
}

async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<Exit> {
  const began = performance.now();
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
  return { code: child.exitCode, signal: child.signalCode, milliseconds: performance.now() - began };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
