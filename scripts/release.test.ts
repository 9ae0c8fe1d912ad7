import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
let clone: string;
let keys: string;

/** A clone of this repository's last commit with the files as they are here now. */
beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), "holdfast-release-"));
  const files = git(
    root,
    "ls-files",
    "package.json",
    "*/package.json",
    "package-lock.json",
    ".gitignore",
    "CHANGELOG.md",
    "docs/generated/*.json",
  ).split("\n");
  execFileSync("cp", ["--parents", ...files, clone], { cwd: root });
  git(clone, "init", "--quiet", "--initial-branch=main");
  git(clone, "config", "user.name", "A maintainer");
  git(clone, "config", "user.email", "maintainer@example.org");
  write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n### Added\n\n- Add a thing.\n");
  git(clone, "add", ".");
  git(clone, "commit", "--quiet", "-m", "Start");
  keys = await mkdtemp(join(tmpdir(), "holdfast-release-keys-"));
  for (const name of ["release", "other"]) {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(join(keys, `${name}.pem`), privateKey.export({ type: "pkcs8", format: "pem" }));
    writeFileSync(join(keys, `${name}.pub`), publicKey.export({ type: "spki", format: "pem" }));
  }
});
afterEach(() => Promise.all([clone, keys].map((folder) => rm(folder, { recursive: true, force: true }))));

const read = (path: string) => readFileSync(join(clone, path), "utf8");
const write = (path: string, text: string) => writeFileSync(join(clone, path), text);

function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd, encoding: "utf8" }).trim();
}

function release(...args: string[]) {
  return run([...args, "--key", join(keys, args[0] === "verify" ? "release.pub" : "release.pem")]);
}

function run(args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/release.mjs"), ...args], {
    cwd: clone,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

test("a release is a commit with the version everywhere, a tag, and notes", () => {
  const made = release("7.1.0");
  expect(made).toMatchObject({ status: 0, stderr: "" });
  expect(made.stdout).toContain(
    "### Added\n\n- Add a thing.\n\nTagged v7.1.0. When it is right: git push --follow-tags",
  );
  const date = new Date().toISOString().slice(0, 10);
  expect(read("CHANGELOG.md")).toBe(
    `# Changelog\n\n## Unreleased\n\n## 7.1.0 - ${date}\n\n### Added\n\n- Add a thing.\n`,
  );
  for (const path of git(clone, "ls-files", "package.json", "*/package.json").split("\n")) {
    const manifest = JSON.parse(read(path)) as { version: string; dependencies?: Record<string, string> };
    expect(manifest.version, path).toBe("7.1.0");
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (name.startsWith("@holdfast/")) expect(version, `${path} ${name}`).toBe("7.1.0");
    }
  }
  const { version, packages } = JSON.parse(read("package-lock.json"));
  expect([version, packages[""].version, packages["apps/server"].version]).toEqual(["7.1.0", "7.1.0", "7.1.0"]);
  expect(packages["node_modules/fastify"].version).not.toBe("7.1.0");
  expect(JSON.parse(read("docs/generated/openapi.json")).info.version).toBe("7.1.0");
  expect(git(clone, "status", "--porcelain")).toBe("");
  expect(git(clone, "log", "--format=%s", "-1", "v7.1.0")).toBe("Release 7.1.0");
  expect(git(clone, "tag", "--list", "--format=%(contents)", "v7.1.0")).toContain("- Add a thing.");

  expect(release("7.1.0").stderr).toBe("The tag v7.1.0 exists already.\n");
  expect(release("7.0.9").stderr).toBe("7.0.9 is not newer than 7.1.0.\n");
  expect(release("7.1.0-beta.1").stderr).toBe("7.1.0-beta.1 is not newer than 7.1.0.\n");
  expect(release("7.2.0").stderr).toContain("nothing under Unreleased");
  write("CHANGELOG.md", read("CHANGELOG.md").replace("## Unreleased\n", "## Unreleased\n\n### Fixed\n\n- Fix it.\n"));
  git(clone, "commit", "--quiet", "-am", "Fix it");
  expect(release("7.2.0").stdout).toMatch(/^### Fixed\n\n- Fix it\.\n\nTagged/);
  expect(read("CHANGELOG.md")).toContain(`- Fix it.\n\n## 7.1.0 - ${date}\n`);
});

test("nothing is released from a changed checkout, or without a version", () => {
  write("CHANGELOG.md", `${read("CHANGELOG.md")}- Add another.\n`);
  expect(release("7.1.0")).toMatchObject({ status: 1, stderr: expect.stringContaining("uncommitted changes") });
  expect(release("seven")).toMatchObject({ status: 1, stderr: expect.stringContaining("Usage") });
  expect(git(clone, "tag", "--list")).toBe("");
});

test("a release has its source, its bill of materials and a signed statement of where they come from", () => {
  expect(release("7.1.0").status).toBe(0);
  const folder = join(clone, ".cache/release/v7.1.0");
  const bill = JSON.parse(readFileSync(join(folder, "holdfast-7.1.0.cdx.json"), "utf8"));
  const { version } = JSON.parse(read("package-lock.json")).packages["node_modules/fastify"];
  expect(bill).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { name: "holdfast", version: "7.1.0" } },
  });
  expect(bill.components).toContainEqual(
    expect.objectContaining({ name: "fastify", version, hashes: [expect.anything()] }),
  );
  const commit = git(clone, "rev-parse", "HEAD");
  expect(release("verify", folder)).toEqual({
    status: 0,
    stderr: "",
    stdout: `holdfast-7.1.0.tar.gz and holdfast-7.1.0.cdx.json are as released, from commit ${commit}.\n`,
  });
  const unpacked = spawnSync("tar", ["-xzOf", join(folder, "holdfast-7.1.0.tar.gz"), "holdfast-7.1.0/package.json"]);
  expect(JSON.parse(unpacked.stdout.toString()).version).toBe("7.1.0");

  const foreign = run(["verify", folder, "--key", join(keys, "other.pub")]);
  expect(foreign).toEqual({ status: 1, stdout: "", stderr: "The signature is not by this key.\n" });
  writeFileSync(join(folder, "holdfast-7.1.0.cdx.json"), "{}");
  expect(release("verify", folder).stderr).toBe("holdfast-7.1.0.cdx.json is not the file that was released.\n");
});

test("nothing is released without a key that can sign", () => {
  expect(run(["7.1.0"])).toMatchObject({ status: 1, stderr: expect.stringContaining("openssl genpkey") });
  const wrong = run(["7.1.0", "--key", join(keys, "release.pub")]);
  expect(wrong).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("is no key that a release can be signed with"),
  });
  expect(git(clone, "tag", "--list")).toBe("");
});
