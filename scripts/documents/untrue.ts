import { posix } from "node:path";

export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Where a path in a document may begin, besides the repository and the document's own folder. */
const roots = [
  "",
  "apps/server/src",
  "apps/web",
  "packages",
  "packages/contract/src",
  "packages/identity/src",
  "packages/repository/src",
  "packages/storage/src",
  "supabase",
];

/**
 * Links and paths of documents that lead to no file, and decisions that are not in the one format, one sentence each.
 * @param files all files of the repository
 */
export function untrueDocuments(documents: readonly Document[], files: readonly string[]): string[] {
  const known = knownPaths(files);
  return documents.flatMap((document) => [
    ...brokenLinks(document, known),
    ...brokenPaths(document, known),
    ...(document.path.startsWith("docs/decisions/") ? misshapenDecision(document) : []),
  ]);
}

/** Every file and every folder. */
function knownPaths(files: readonly string[]): Set<string> {
  const known = new Set<string>();
  for (const file of files) {
    for (let path = file; path !== "." && !known.has(path); path = posix.dirname(path)) known.add(path);
  }
  return known;
}

function brokenLinks({ path, text }: Document, known: ReadonlySet<string>): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map(([, target]) => target as string);
  const ours = targets.filter((target) => !/^[a-z]+:|^\.\.\/blob\//.test(target));
  const broken = ours.filter((target) => !known.has(posix.join(posix.dirname(path), target).replace(/\/$/, "")));
  return broken.map((target) => `${path}: links to ${target}, which does not exist`);
}

/** Paths with a folder or an ending of ours, in backticks. An ending alone (`.ts`) is none. A name alone may be of any folder. */
function brokenPaths({ path, text }: Document, known: ReadonlySet<string>): string[] {
  const names = new Set([...known].map((file) => posix.basename(file)));
  const quoted = [...text.replace(/```.*?```/gs, "").matchAll(/`([\w@.-]+(?:\/[\w@.-]+)*\/?)`/g)];
  const paths = quoted.map(([, found]) => (found as string).replace(/\/$/, ""));
  const meant = paths.filter(
    (found) =>
      /\w\.(ts|tsx|mjs|cjs|sql|css|md)$/.test(found) || /^(apps|packages|docs|tests|scripts|supabase)\//.test(found),
  );
  const exists = (found: string) =>
    (!found.includes("/") && names.has(found)) || roots.some((root) => known.has(posix.join(root, found)));
  const broken = [...new Set(meant)].filter((found) => !exists(found));
  return broken.map((found) => `${path}: names ${found}, which does not exist`);
}

const sections = ["Decision", "Why", "Alternatives", "Cost"];

function misshapenDecision({ path, text }: Document): string[] {
  const number = /\/(\d{4})-/.exec(path)?.[1];
  const headings = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, heading]) => heading);
  return [
    ...(number && text.startsWith(`# ${number}. `) ? [] : [`${path}: begins with "# ${number ?? "NNNN"}. Title"`]),
    ...(headings.join() === sections.join()
      ? []
      : [`${path}: has the paragraphs ${sections.join(", ")}, in this order`]),
  ];
}
