import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const check = join(root, "scripts/lib/needs-node.cjs");

/** What the check says in a process that takes itself for another Node. */
function as(version: string): { status: number | null; stderr: string } {
  const pretend = `Object.defineProperty(process, "version", { value: "v${version}" });
    Object.defineProperty(process, "versions", { value: { node: "${version}" } }); require(${JSON.stringify(check)});`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", pretend], { encoding: "utf8" });
  return { status, stderr };
}

test.each(["0.12.18", "12.22.12", "18.20.8", "19.9.0"])("Node %s gets one sentence", (version) => {
  expect(as(version)).toEqual({
    status: 1,
    stderr: `Holdfast needs Node 20 or newer, and this is v${version}: install a newer one (https://nodejs.org), then start again.\n`,
  });
});

test.each(["20.0.0", "26.10.0"])("Node %s goes on", (version) => {
  expect(as(version)).toEqual({ status: 0, stderr: "" });
});

test("every script asks first, by npm and by itself, and in words that an old Node reads", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const command of Object.values(scripts)) expect(command).toContain("-r ./scripts/lib/needs-node.cjs");
  const files = readdirSync(join(root, "scripts")).filter((file) => file.endsWith(".mjs"));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const first = /^import .*$/m.exec(readFileSync(join(root, "scripts", file), "utf8"))?.[0];
    expect(first, file).toBe('import "./lib/needs-node.cjs";');
  }
  expect(readFileSync(check, "utf8")).not.toMatch(/=>|`|\b(const|let|class|import)\b|\?\.|\?\?/);
});
