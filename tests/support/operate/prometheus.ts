import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../product.ts";
import { eventually } from "../server.ts";

export const ops = join(import.meta.dirname, "../../../ops");

/** Debian's Prometheus, with the configuration that we ship. */
export interface Prometheus {
  /** The values of an expression now. @throws with what Prometheus says of it */
  query(expression: string): Promise<{ labels: Record<string, string>; value: number }[]>;
  /** Anything else of its API, below /api/v1/. */
  ask<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

/** Scrapes a server each second instead of each quarter of a minute; everything else stands as in `ops/prometheus`. */
export async function startPrometheus(target: string, token: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-prometheus-"));
  mkdirSync(join(folder, "data"));
  for (const name of readdirSync(join(ops, "prometheus"))) {
    const text = readFileSync(join(ops, "prometheus", name), "utf8");
    writeFileSync(
      join(folder, name),
      text.replace("127.0.0.1:3000", target).replaceAll("interval: 15s", "interval: 1s"),
    );
  }
  writeFileSync(join(folder, "holdfast-token"), `${token}\n`);
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const child = spawn("prometheus", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const url = `http://127.0.0.1:${port}`;

  async function ask<T>(path: string): Promise<T> {
    const answer = await fetch(`${url}/api/v1/${path}`);
    const { status, data, error } = (await answer.json()) as { status: string; data: T; error?: string };
    if (status !== "success") throw new Error(error);
    return data;
  }

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    }
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    await eventually(() => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended: ${output}`);
      return fetch(`${url}/-/ready`)
        .then(({ ok }) => ok)
        .catch(() => false);
    }, 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ask,
    stop,
    async query(expression) {
      type Found = { result: { metric: Record<string, string>; value: [number, string] }[] };
      const { result } = await ask<Found>(`query?query=${encodeURIComponent(expression)}`);
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
  };
}
