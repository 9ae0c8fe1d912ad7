import { spawnSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessPatterns, type MutantPattern, noDecision } from "./mutants/access.ts";
import { conditionsInSql, type SqlMutant } from "./mutants/access-sql.ts";

/**
 * `npm run mutate -- access [part of a path or description] [number to begin with]`: takes each decision about access out of a copy of the
 * server in turn, and each condition out of the functions of SQL that decide, and runs
 * the authorization matrix, which must fail: the tests that should notice first, then, where they do not, all of it. What survives is a hole
 * in the matrix. On an idle machine takes about ten seconds for each.
 */
const [suite, only = "", first = "1"] = process.argv.slice(2);
if (suite !== "access") {
  console.error("Usage: npm run mutate -- access [part of a path or description] [number to begin with]");
  process.exit(2);
}
/** Fewer mean that the patterns no longer fit the code. */
const fewest = 25;
const root = join(import.meta.dirname, "..");
const sources = "apps/server/src";

interface Mutant {
  readonly what: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly mutated: string;
  readonly likely: RegExp;
}

const mutants = [...conditionsInSql.map(mutantOfSql), ...accessPatterns.flatMap(mutantsOf)];
if (mutants.length < fewest)
  throw new Error(`only ${mutants.length} decisions were found, where ${fewest} are expected`);
const found = mutants.filter(({ what, file }) => `${file} ${what}`.includes(only));
const chosen = found.slice(Number(first) - 1);
console.log(`${chosen.length} of ${mutants.length} decisions`);

const copy = copyOfServer();
if (matrixFails()) throw new Error("the matrix fails with nothing changed: run tests/acceptance/matrix first");
let survived = 0;
for (const [at, mutant] of chosen.entries()) {
  const path = join(copy, mutant.file);
  const whole = readFileSync(path, "utf8");
  writeFileSync(path, mutant.mutated);
  const began = performance.now();
  const killed = matrixFails(mutant.likely) || matrixFails();
  writeFileSync(path, whole);
  if (!killed) survived += 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const number = String(Number(first) + at).padStart(3);
  console.log(
    `${number}  ${killed ? "killed  " : "SURVIVED"}  ${mutant.file}:${mutant.line}  ${mutant.what} (${seconds} s)`,
  );
}
rmSync(copy, { recursive: true, force: true });
console.log(survived === 0 ? "Every one was noticed." : `${survived} of ${chosen.length} went unnoticed.`);
process.exitCode = survived === 0 ? 0 : 1;

function mutantsOf({ what, files, find, replace, likely, decides }: MutantPattern): Mutant[] {
  const found = globSync(`${sources}/**/*.ts`, { cwd: root })
    .filter((file) => files.test(file) && !/\.(test|fixture)\.ts$/.test(file))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return [...text.matchAll(find)].flatMap((match) => {
        const at = match.index;
        const line = text.slice(0, at).split("\n").length;
        const statement = text.slice(text.lastIndexOf("\nexport ", at) + 1, at + match[0].length + 200);
        if (!decides && noDecision.some((one) => one.file.test(file) && one.text.test(statement))) return [];
        // In its place, because a pattern may look at what stands around it.
        const here = new RegExp(find.source, "y");
        here.lastIndex = at;
        const mutated = text.replace(here, replace);
        if (mutated === text) throw new Error(`${file}:${line}: "${what}" was not taken out`);
        return [{ what, file, line, text: match[0], mutated, likely }];
      });
    });
  if (found.length === 0) throw new Error(`nothing looks like "${what}" any more: mend scripts/mutants/access.ts`);
  return found;
}

/** One condition less in the function as it is after all migrations: in the last file that makes it. */
function mutantOfSql({ what, of, find, replace, likely }: SqlMutant): Mutant {
  const begin = new RegExp(`create (or replace )?function holdfast\\.${of}\\(`);
  const file = globSync("supabase/migrations/*.sql", { cwd: root })
    .sort()
    .findLast((path) => begin.test(readFileSync(join(root, path), "utf8")));
  if (!file) throw new Error(`no migration makes holdfast.${of}: mend scripts/mutants/access-sql.ts`);
  const whole = readFileSync(join(root, file), "utf8");
  const start = whole.search(begin);
  const end = whole.indexOf("$$;", whole.indexOf("$$", start) + 2);
  const body = whole.slice(start, end);
  const at = body.indexOf(find);
  if (at < 0) throw new Error(`${file}: holdfast.${of} has no "${find}" any more: mend scripts/mutants/access-sql.ts`);
  const mutated = whole.slice(0, start) + body.replace(find, replace) + whole.slice(end);
  const line = whole.slice(0, start + at).split("\n").length;
  return { what: `holdfast.${of}: ${what}`, file, line, text: find, mutated, likely };
}

/** The repository with a server of its own to change; what is installed is shared. */
function copyOfServer(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-mutants-"));
  for (const name of ["apps/server", "apps/web/messages", "packages", "tests", "supabase", "scripts", "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (path) => !path.includes("node_modules") });
  for (const name of ["vitest.config.ts", "tsconfig.json", "tsconfig.base.json"])
    cpSync(join(root, name), join(folder, name));
  // The packages of this repository are those of the copy.
  mkdirSync(join(folder, "node_modules/@holdfast"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules")).filter((entry) => entry !== "@holdfast"))
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  for (const name of readdirSync(join(folder, "packages")))
    symlinkSync(join(folder, "packages", name), join(folder, "node_modules/@holdfast", name));
  return folder;
}

/** @param named only the tests with such names */
function matrixFails(named?: RegExp): boolean {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const only = named ? ["--testNamePattern", named.source] : [];
  const args = [vitest, "run", "--bail=1", "--reporter=dot", ...only, "tests/acceptance/matrix"];
  return spawnSync(process.execPath, args, { cwd: copy, stdio: "ignore" }).status !== 0;
}
