// npm run release -- <version>: sets the version everywhere, moves the changelog's Unreleased to it, commits, tags, prints the notes.
import "./lib/needs-node.cjs";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stopWith } from "./lib/common.mjs";
import { describeVersion, isNewer, releaseChangelog, setVersions } from "./lib/release.mjs";

// The checkout that it is called in.
const root = git("rev-parse", "--show-toplevel");
const [version] = process.argv.slice(2);
if (!version || !/^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/.test(version)) {
  stopWith("Usage: npm run release -- <version>, such as 0.2.0");
}
const changes = git("status", "--porcelain");
if (changes !== "") stopWith(`There are uncommitted changes; commit or remove them first:\n${changes}`);
if (git("tag", "--list", `v${version}`) !== "") stopWith(`The tag v${version} exists already.`);
const { version: last } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const isFirst = git("tag", "--list", "v[0-9]*") === "";
if (!isNewer(version, last) && !(isFirst && version === last)) stopWith(`${version} is not newer than ${last}.`);

const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
const released = releaseChangelog(changelog, version, new Date().toISOString().slice(0, 10));
if (released === null) stopWith("CHANGELOG.md has nothing under Unreleased: there is nothing to release.");
const manifests = git("ls-files", "package.json", "*/package.json", "package-lock.json").split("\n");
for (const path of manifests) {
  const text = readFileSync(join(root, path), "utf8");
  writeFileSync(join(root, path), setVersions(text, last, version));
}
const description = "docs/generated/openapi.json";
writeFileSync(join(root, description), describeVersion(readFileSync(join(root, description), "utf8"), version));
writeFileSync(join(root, "CHANGELOG.md"), released.changelog);
git("commit", "--quiet", "-m", `Release ${version}`, "--", "CHANGELOG.md", description, ...manifests);
git("tag", "--annotate", `v${version}`, "-m", `Holdfast ${version}\n\n${released.notes}`);
console.log(`${released.notes}\n\nTagged v${version}. When it is right: git push --follow-tags`);

function git(...args) {
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}
