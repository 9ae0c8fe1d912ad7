import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describeCycle, findFolderCycles, type Import } from "./folder-cycles.ts";

/**
 * The rules of ARCHITECTURE.md that no linter knows: who may import whom, how long a file and how full a
 * folder may be, and that only the configuration reads the environment. Prints one line a finding; fails when there is any.
 */
const MAX_LINES = 400;
const MAX_FILES_IN_FOLDER = 20;

/** What each workspace may import of ours. */
const ALLOWED: Record<string, readonly string[]> = {
  contract: [],
  storage: [],
  identity: [],
  postgres: [],
  repository: ["storage"],
  web: ["contract"],
  server: ["contract", "storage", "identity", "postgres", "repository"],
};
/** What a workspace's tests may use besides. */
const ALLOWED_IN_TESTS: Record<string, readonly string[]> = { identity: ["postgres"], repository: ["postgres"] };

/** Features, leftmost first: each may import those before it, but those on one level not each other. */
const FEATURES: readonly (readonly string[])[] = [
  ["auth"],
  ["access"],
  ["content"],
  ["files"],
  ["uploads", "sharing", "backups", "people", "activity"],
  ["admin"],
  ["operate"],
];
/** Folders whose sub-folders may not import each other in circles. */
const ACYCLIC: readonly string[] = [
  "packages/identity/src",
  "apps/server/src/features/auth",
  "apps/web/components",
  "apps/web/features",
  "apps/web/features/auth",
  "apps/web/features/backups",
  "apps/web/features/entries",
  "apps/web/features/files",
];
const levelOf = (feature: string): number => FEATURES.findIndex((level) => level.includes(feature));

/** Tables whose times come from the server's clock (docs/design/clocks.md). */
const SERVER_CLOCK = [
  "access_tokens",
  "backup_schedules",
  "invitations",
  "known_lines",
  "login_history",
  "recovery_codes",
  "service_keys",
  "share_accesses",
  "share_grants",
  "share_previews",
  "sharing_links",
  "throttle",
];
/** Statements that compare such a time with the database's clock all the same, and why a difference does no harm. */
const TWO_CLOCKS: Record<string, string> = {
  "apps/server/src/features/files/files.queries.ts":
    "whether a file is marked as shared; who opens the link is judged by the server's clock",
  "apps/server/src/features/auth/move/move-recovery-codes.ts": "a number in a report",
};

const root = join(import.meta.dirname, "..");
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => /^(apps|packages|scripts|tests)\/.*\.(ts|tsx|mjs|js|css|sql)$/.test(file))
  // Not what is deleted, but not committed yet.
  .filter((file) => existsSync(join(root, file)));

const findings = files.flatMap((file) => {
  const text = read(file);
  return [
    ...checkLength(file, text),
    ...checkEnvironment(file, text),
    ...checkImports(file, text),
    ...checkClocks(file, text),
  ];
});
const imports = files.filter((file) => !isTestFile(file)).flatMap(importsOf);
findings.push(...checkFolders());
findings.push(...ACYCLIC.flatMap((folder) => findFolderCycles(folder, imports)).map(describeCycle));
for (const finding of findings) console.error(finding);
console.log(`${files.length} files, ${findings.length} findings`);
process.exitCode = findings.length > 0 ? 1 : 0;

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function checkLength(file: string, text: string): string[] {
  // What is generated nobody reads from its beginning to its end.
  if (file.includes("/generated/")) return [];
  const lines = text.split("\n").length - 1;
  // What a program writes is as long as what it is made of.
  if (file.includes("/generated/")) return [];
  return lines > MAX_LINES ? [`${file}: ${lines} lines; past ${MAX_LINES} a file usually hides a second idea`] : [];
}

/** A folder is read at a glance. Migrations are outside: their order is their name. */
function checkFolders(): string[] {
  const count = new Map<string, number>();
  for (const file of files) count.set(dirname(file), (count.get(dirname(file)) ?? 0) + 1);
  return [...count]
    .filter(([, number]) => number > MAX_FILES_IN_FOLDER)
    .map(([folder, number]) => `${folder}: ${number} files; past ${MAX_FILES_IN_FOLDER} a folder needs rooms`);
}

function checkEnvironment(file: string, text: string): string[] {
  if (!file.startsWith("apps/server/src/") || !text.includes("process.env")) return [];
  // src/process hands the environment on to child processes.
  if (/\/(config\.ts|process\/[^/]+\.ts)$|\.(test|fixture)\.ts$/.test(file)) return [];
  return [`${file}: only config.ts reads process.env`];
}

/** `now()` beside a table of the server's clock. A day or more before now is far enough for any difference. */
function checkClocks(file: string, text: string): string[] {
  if (!file.startsWith("apps/server/src/") || file in TWO_CLOCKS || /\.(test|fixture)\.ts$/.test(file)) return [];
  const statements = [...text.matchAll(/`[^`]*`|"[^"\n]*"/g)].map(([statement]) => statement);
  return statements.flatMap((statement) => {
    const close = statement.replace(/\bnow\(\) - interval '\d+ days?'/g, "");
    const table = /\bnow\(\)/.test(close) && SERVER_CLOCK.find((name) => close.includes(`holdfast.${name}`));
    return table ? [`${file}: now() in a statement on ${table}, whose times come from the server's clock`] : [];
  });
}

function checkImports(file: string, text: string): string[] {
  return specifiersOf(text).flatMap((specifier) => {
    const target = resolveOurs(file, specifier);
    const reason = target === null ? null : refuse(file, specifier, target);
    return reason === null ? [] : [`${file}: imports ${specifier}; ${reason}`];
  });
}

function specifiersOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"']+)["']/g)].map((match) => match[1]!);
}

function importsOf(file: string): Import[] {
  return specifiersOf(read(file))
    .filter((specifier) => /^(\.|@\/)/.test(specifier))
    .map((specifier) => ({ from: file, to: resolveOurs(file, specifier) as string }));
}

/** The imported file's path in the repository, as far as it is ours ("packages/storage" for a package's name). */
function resolveOurs(file: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return normalize(join(dirname(file), specifier));
  if (specifier.startsWith("@/")) return join("apps/web", specifier.slice(2));
  const name = specifier.match(/^@holdfast\/([a-z]+)/)?.[1];
  if (!name) return null;
  return name === "server" || name === "web" ? `apps/${name}` : `packages/${name}`;
}

function refuse(file: string, specifier: string, target: string): string | null {
  if (file.startsWith("tests/acceptance/") && workspaceOf(target) === "server") {
    return "an acceptance test asks over HTTP; what tests internals stands beside them";
  }
  const isTest = isTestFile(file);
  const [from, to] = [workspaceOf(file), workspaceOf(target)];
  if (from !== null && to !== null && from !== to && !specifier.startsWith(".")) {
    const allowed = [...(ALLOWED[from] ?? []), ...(isTest ? (ALLOWED_IN_TESTS[from] ?? []) : [])];
    if (!allowed.includes(to)) return `${from} may import ${allowed.join(", ") || "nothing of ours"}`;
  }
  if (from !== null && to !== null && from !== to && specifier.startsWith(".")) {
    return "another workspace is imported by its name";
  }
  if (from === "web") return refuseInWeb(file, target);
  if (isTest || from !== "server") return null;
  const [here, there] = [featureOf(file), featureOf(target)];
  if (file.startsWith("apps/server/src/platform/") && there !== null) return "platform never imports features";
  if (here === null || there === null || here === there) return null;
  if (!target.endsWith("/index.ts")) return "a feature is imported by its index.ts";
  if (levelOf(there) < levelOf(here)) return null;
  return `features import to the left only: ${FEATURES.map((level) => level.join("|")).join(" <- ")}`;
}

/** What the pages share knows nothing of those who use it. */
function refuseInWeb(file: string, target: string): string | null {
  if (!target.startsWith("apps/web/features/")) return null;
  if (/^apps\/web\/(lib|components)\//.test(file)) return "lib and components import no feature";
  const entries = "apps/web/features/entries/";
  return file.startsWith(entries) && !target.startsWith(entries) ? "entries imports no other feature" : null;
}

function isTestFile(file: string): boolean {
  return /\.(test|fixture)\.tsx?$|\/testing\//.test(file);
}

function workspaceOf(path: string): string | null {
  return path.match(/^(?:apps|packages)\/([^/]+)/)?.[1] ?? null;
}

function featureOf(path: string): string | null {
  return path.match(/^apps\/server\/src\/features\/([^/]+)\//)?.[1] ?? null;
}
