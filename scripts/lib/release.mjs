/** Whether a version comes after another, as semver.org orders them: a pre-release before its release. */
export function isNewer(version, last) {
  const [parts, former] = [version, last].map((text) => {
    const [numbers, ...pre] = text.split("-");
    return { numbers: numbers.split(".").map(Number), pre: pre.join("-") };
  });
  for (const [i, number] of parts.numbers.entries()) {
    if (number !== former.numbers[i]) return number > former.numbers[i];
  }
  if (parts.pre === "" || former.pre === "") return parts.pre === "" && former.pre !== "";
  return parts.pre.localeCompare(former.pre, "en", { numeric: true }) > 0;
}

/**
 * The changelog with a heading for the version under an empty Unreleased, and what stands under that heading; null where
 * nothing does.
 */
export function releaseChangelog(text, version, date) {
  const [, head, notes, rest] = /^(.*?\n## \[?Unreleased\]?\n)(.*?)(\n## .*|)$/s.exec(text) ?? [];
  if (!notes?.trim()) return null;
  return {
    changelog: `${head}\n## ${version} - ${date}\n\n${notes.trim()}\n${rest}`,
    notes: notes.trim(),
  };
}

/** A package.json or package-lock.json with our own packages, and what refers to them, in the new version. */
export function setVersions(text, last, version) {
  const manifest = JSON.parse(text);
  for (const [path, entry] of Object.entries(manifest.packages ?? { "": manifest })) {
    if (!path.includes("node_modules/")) setVersion(entry, last, version);
  }
  if (manifest.packages) manifest.version = version;
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The API's description as `scripts/generate.ts` writes it for that version. */
export function describeVersion(text, version) {
  const document = JSON.parse(text);
  document.info.version = version;
  return `${JSON.stringify(document, null, 1)}\n`;
}

function setVersion(entry, last, version) {
  if (entry.version === last) entry.version = version;
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    for (const name of Object.keys(entry[kind] ?? {})) {
      if (name.startsWith("@holdfast/")) entry[kind][name] = version;
    }
  }
}
