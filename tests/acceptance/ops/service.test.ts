import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { freePort, spawnProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** The files of `ops` for a service of the machine, by the programs that they are for. */
const ops = join(import.meta.dirname, "../../../ops");
vi.setConfig({ testTimeout: 240_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-service-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** With the programs and folders of this machine. */
function unit(change = (text: string) => text): string {
  const file = join(folder, "holdfast.service");
  const text = readFileSync(join(ops, "systemd/holdfast.service"), "utf8");
  writeFileSync(file, change(text.replace("/usr/bin/node", process.execPath).replace("/opt/holdfast/app", folder)));
  return file;
}

test("systemd takes every line of the unit, and counts few exposures", () => {
  const verified = spawnSync("systemd-analyze", ["verify", unit()], { encoding: "utf8" });
  expect([verified.status, verified.stderr]).toEqual([0, ""]);
  const exposure = (file: string) =>
    spawnSync("systemd-analyze", ["security", "--offline=yes", "--no-pager", "--threshold=20", file]).status;
  expect(exposure(unit())).toBe(0);
  expect(exposure(unit((text) => text.replace(/^(CapabilityBoundingSet|SystemCallFilter|Protect.*)=.*$/gm, "")))).toBe(
    1,
  );
});

test("the log is rotated while Holdfast keeps writing into it", async () => {
  const log = join(folder, "holdfast.log");
  const rules = join(folder, "rules");
  const text = readFileSync(join(ops, "logrotate/holdfast"), "utf8");
  writeFileSync(rules, text.replace("/var/log/holdfast/*.log", `${folder}/*.log`));
  const port = String(await freePort());
  const child = spawnProduct(
    { PORT: port, HOST: "127.0.0.1", HOLDFAST_DATA: join(folder, "data"), HOLDFAST_WEB: "off" },
    { args: [], output: openSync(log, "a") },
  );
  const ask = (id: string) => fetch(`http://127.0.0.1:${port}/healthz`, { headers: { "x-request-id": id } });
  const has = (file: string, id: string) => eventually(() => readFileSync(file, "utf8").includes(`"${id}"`));
  try {
    await eventually(() => ask("until-ready").catch(() => null), 120_000);
    await ask("before-rotation");
    await has(log, "before-rotation");
    execFileSync("logrotate", ["--force", "--state", join(folder, "state"), rules], {
      env: { PATH: `${process.env.PATH}:/usr/sbin` },
    });
    const [old] = readdirSync(folder).filter((name) => /^holdfast\.log-\d+/.test(name));
    await has(join(folder, old as string), "before-rotation");
    await ask("after-rotation");
    await has(log, "after-rotation");
    const lines = readFileSync(log, "utf8");
    expect(lines).not.toContain("before-rotation");
    // Appended: no hole of zeros where the old lines were.
    expect(lines.startsWith("{")).toBe(true);
  } finally {
    const exit = once(child, "exit");
    child.kill("SIGINT");
    await exit;
  }
});
