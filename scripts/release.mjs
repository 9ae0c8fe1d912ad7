// npm run release -- <version> --key <file>: sets the version everywhere, moves the changelog's Unreleased to it, commits, tags, writes the
// files of the release with a signed statement of where they come from, prints the notes.
// npm run release -- verify <folder> --key <file>: whether such files are what the owner of the key released.
import "./lib/needs-node.cjs";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { stopWith } from "./lib/common.mjs";
import { readReleaseKey, verifyRelease, writeReleaseFiles } from "./lib/provenance.mjs";
import { describeVersion, isNewer, releaseChangelog, setVersions } from "./lib/release.mjs";

const usage = "Usage: npm run release -- <version> --key <file>, or: npm run release -- verify <folder> --key <file>";
const [version, folder, keyFile] = readWords();
if (version === "verify") {
  verifyFolder();
  process.exit(0);
}
if (!version || !/^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/.test(version)) stopWith(`${usage}\nA version looks like 0.2.0.`);
const key = readKey();

// The checkout that it is called in.
const root = git("rev-parse", "--show-toplevel");
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
const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
const files = writeReleaseFiles({ root, folder: join(root, ".cache/release", `v${version}`), version, npm, key });
console.log(`${released.notes}\n\nTagged v${version}. When it is right: git push --follow-tags, and publish with it:`);
for (const path of files) console.log(`  ${relative(root, path)}`);

function readWords() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { key: { type: "string" } } });
    return [positionals[0], positionals[1], values.key];
  } catch (error) {
    stopWith(`${error.message}\n${usage}`);
  }
}

function readKey() {
  if (!keyFile) {
    stopWith(
      `${usage}\nMake a key once, and keep it off this machine: openssl genpkey -algorithm ed25519 -out release-key.pem`,
    );
  }
  try {
    return readReleaseKey(keyFile);
  } catch (error) {
    stopWith(`${keyFile} is no key that a release can be signed with: ${error.message}`);
  }
}

function verifyFolder() {
  if (!folder || !keyFile) stopWith(usage);
  try {
    const statement = readdirSync(folder).find((name) => name.endsWith(".intoto.json"));
    if (!statement) stopWith(`There is no *.intoto.json in ${folder}.`);
    const { subject, predicate } = verifyRelease(join(folder, statement), keyFile, folder);
    const { gitCommit } = predicate.buildDefinition.resolvedDependencies[0].digest;
    console.log(`${subject.map(({ name }) => name).join(" and ")} are as released, from commit ${gitCommit}.`);
  } catch (error) {
    stopWith(error.message);
  }
}

function git(...args) {
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}
