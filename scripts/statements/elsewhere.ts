import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A literal that begins as SQL does, or a call that takes text of SQL. */
const SQL =
  /[`"']\s*(select\b|insert into\b|update \w+\.|delete from\b|with (recursive )?\w+ as\b)|\.query(<[^>]*>)?\(/;

/** What makes its SQL as it runs: migrations, the queue's own schema, and copies of whole tables whose columns are read from the database. */
const MAKES_ITS_OWN = [
  /^apps\/server\/src\/platform\/database\//,
  /^apps\/server\/src\/platform\/jobs\/(boss|jobs)\.ts$/,
  /^apps\/server\/src\/features\/auth\/move\//,
  /^apps\/server\/src\/process\//,
];

/** Places outside of `*.queries.ts` that hold SQL. One line each. */
export function findSqlElsewhere(root: string): string[] {
  return globSync("apps/server/src/**/*.ts", { cwd: root })
    .filter((file) => !/\.(queries|test|fixture)\.ts$|\/testing\//.test(file))
    .filter((file) => !MAKES_ITS_OWN.some((pattern) => pattern.test(file)))
    .sort()
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .flatMap((line, at) =>
          SQL.test(line) && !/^\s*(\*|\/\/)/.test(line)
            ? [`${file}:${at + 1}: SQL lives in *.queries.ts: ${line.trim().slice(0, 80)}`]
            : [],
        ),
    );
}
