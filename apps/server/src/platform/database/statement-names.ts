import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { Statement, StatementFamily } from "./statement.ts";

const source = join(import.meta.dirname, "../..");

/** Those of `database.ts`. */
const ofTransactions: readonly [string, string][] = [
  ["begin", "transaction.begin"],
  ["commit", "transaction.commit"],
  ["rollback", "transaction.rollback"],
];

let names: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * What each text of SQL is called in the code: `files/copy.findCopy` is `findCopy` of a feature `files` in its `copy.queries.ts`. There are as many
 * as the code has statements; what a library asks has no name. Read once, where metrics or traces are wanted: the modules are loaded already.
 */
export function statementNames(): Promise<ReadonlyMap<string, string>> {
  names ??= readNames();
  return names;
}

async function readNames(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>(ofTransactions);
  for (const file of globSync("**/*.queries.ts", { cwd: source }).sort()) {
    const module = (await import(join(source, file))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      for (const text of textsOf(value)) found.set(text, `${placeOf(file)}.${name}`);
    }
  }
  return found;
}

function textsOf(value: unknown): string[] {
  if (value instanceof Statement) return [value.text];
  if (!(value instanceof StatementFamily)) return [];
  return value.variants.map((variant: unknown) => (value.of(variant) as Statement<readonly unknown[], unknown>).text);
}

/** `features/files/copy/copy.queries.ts` → `files/copy`. */
function placeOf(file: string): string {
  const [top, part = ""] = file.split("/");
  const owner = part.endsWith(".ts") ? top : part;
  return `${owner}/${basename(file, ".queries.ts")}`;
}
