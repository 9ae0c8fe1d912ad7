import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

let cached: string | null = null;

/** This Holdfast's version, from its package. */
export function version(): string {
  cached ??= (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string })
    .version;
  return cached;
}

let described: string | null | undefined;

/** Between two releases: the commit that this is, as git names it (`v0.2.0-14-g3f2a1bc`); null where there is no checkout, as in a container. */
export function revision(): string | null {
  if (described !== undefined) return described;
  const { status, stdout } = spawnSync("git", ["describe", "--tags", "--always", "--match", "v[0-9]*"], {
    cwd: import.meta.dirname,
    encoding: "utf8",
    timeout: 2_000,
  });
  const name = status === 0 ? stdout.trim() : "";
  described = name === "" || name === `v${version()}` ? null : name;
  return described;
}
