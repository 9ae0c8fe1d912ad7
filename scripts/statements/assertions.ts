import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Column } from "./describe.ts";

export interface Described {
  /** Relative to the repository. */
  readonly file: string;
  readonly name: string;
  /** Its rows are read as texts by the caller, so its `Row` says nothing of columns. */
  readonly rowsAsText: boolean;
  readonly parameters: readonly string[];
  readonly columns: readonly Column[];
}

/** What `pg` makes of a column, with the type parsers of `pool.ts`; what is not listed is not compared. */
const READ: Record<string, string> = {
  ...{
    bool: "boolean",
    int2: "number",
    int4: "number",
    int8: "number",
    float4: "number",
    float8: "number",
    oid: "number",
  },
  ...{
    text: "string",
    varchar: "string",
    bpchar: "string",
    name: "string",
    uuid: "string",
    inet: "string",
    numeric: "string",
  },
  ...{ timestamptz: "Date", bytea: "Buffer" },
};
/** What may be given for a parameter. */
const GIVEN: Record<string, string> = {
  ...READ,
  ...{ int8: "number | string", numeric: "number | string", timestamptz: "Date | string", bytea: "Uint8Array" },
};

const PRELUDE = `import type { Statement, StatementFamily } from "{statement}";

type ValuesOf<S> = S extends Statement<infer Values, infer _> ? Values : S extends StatementFamily<infer _, infer Values, infer __> ? Values : "not a statement";
type RowOf<S> = S extends Statement<infer _, infer Row> ? Row : S extends StatementFamily<infer _, infer __, infer Row> ? Row : "not a statement";
type Simplify<Union> = [Union] extends [never] ? true : Union;
/** Columns: \`[type]\`, or \`[type, null]\` for one that may be null. */
type RowIs<Row, Columns extends Record<string, readonly unknown[]>> = [Row] extends [never]
  ? keyof Columns extends never ? true : ["no Row is declared, and columns are returned:", keyof Columns]
  : keyof Columns extends never ? ["a Row is declared, and no column is returned"]
  : Simplify<
      | { [K in Exclude<keyof Row, keyof Columns>]: ["not a column:", K] }[Exclude<keyof Row, keyof Columns>]
      | { [K in Exclude<keyof Columns, keyof Row>]: ["not in Row:", K] }[Exclude<keyof Columns, keyof Row>]
      | { [K in keyof Row & keyof Columns]: ColumnIs<K, Row[K], Columns[K]> }[keyof Row & keyof Columns]
    >;
type ColumnIs<K, Declared, C extends readonly unknown[]> = C extends [infer _, null]
  ? null extends Declared ? TypeIs<K, Declared, C[0]> : [K, "may be null"]
  : TypeIs<K, Declared, C[0]>;
type TypeIs<K, Declared, T> = [NonNullable<Declared>] extends [T] ? never : unknown extends T ? never : [K, "is", T];
type ValuesAre<Values extends readonly unknown[], Parameters extends readonly unknown[]> = number extends Values["length"]
  ? true
  : Values["length"] extends Parameters["length"]
    ? Simplify<{ [I in Extract<keyof Parameters, \`\${number}\`>]: I extends keyof Values ? ValueIs<I, Values[I], Parameters[I]> : never }[Extract<keyof Parameters, \`\${number}\`>]>
    : ["takes", Parameters["length"], "values"];
type ValueIs<I, Declared, T> = [NonNullable<Declared>] extends [T] ? never : ["value", I, "takes", T];
`;

/** Has the compiler compare what was described with what is declared. One sentence for each difference. */
export function findTypeErrors(root: string, described: readonly Described[]): string[] {
  const folder = join(root, ".cache/statements");
  mkdirSync(folder, { recursive: true });
  const lines = assertionLines(described, (file) => relative(folder, join(root, file)));
  writeFileSync(join(folder, "assertions.ts"), `${lines.map(({ text }) => text).join("\n")}\n`);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", include: [], files: ["assertions.ts"] }),
  );
  const compiler = [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "--pretty", "false", "-p", folder];
  const { status, stdout } = spawnSync(process.execPath, compiler, { cwd: root, encoding: "utf8" });
  if (status === 0) return [];
  return stdout
    .split("\n")
    .filter((line) => /\berror TS/.test(line))
    .map((line) => {
      const [, number, message] = /assertions\.ts\((\d+),\d+\): error TS\d+: (.*)/.exec(line) ?? [];
      const about = lines[Number(number) - 1]?.about;
      return about ? `${about}: ${/expected type '(.*)'/.exec(message ?? "")?.[1] ?? message}` : line;
    });
}

interface Line {
  readonly text: string;
  readonly about?: string;
}

function assertionLines(described: readonly Described[], pathOf: (file: string) => string): Line[] {
  const modules = [...new Set(described.map(({ file }) => file))];
  const prelude = PRELUDE.replace("{statement}", pathOf("apps/server/src/platform/database/statement.ts"));
  return [
    ...modules.map((file, n) => ({ text: `import type * as m${n} from "${pathOf(file)}";` })),
    ...prelude.split("\n").map((text) => ({ text })),
    ...described.flatMap(({ file, name, parameters, columns, rowsAsText }) => {
      const target = `typeof m${modules.indexOf(file)}.${name}`;
      const about = `${file}: ${name}`;
      const values = `[${parameters.map((type) => typeOf(type, GIVEN)).join(", ")}]`;
      return [
        { about, text: `true satisfies ValuesAre<ValuesOf<${target}>, ${values}>;` },
        ...(rowsAsText ? [] : [{ about, text: `true satisfies RowIs<RowOf<${target}>, ${columnsOf(columns)}>;` }]),
      ];
    }),
  ];
}

function columnsOf(columns: readonly Column[]): string {
  if (columns.length === 0) return "{}";
  return `{ ${columns.map(({ name, type, nullable }) => `"${name}": [${typeOf(type, READ)}${nullable ? ", null" : ""}]`).join("; ")} }`;
}

function typeOf(type: string, known: Record<string, string>): string {
  if (!type.endsWith("[]")) return known[type] ?? "unknown";
  const element = known[type.slice(0, -2)];
  return element === undefined ? "unknown" : `readonly (${element} | null)[]`;
}
