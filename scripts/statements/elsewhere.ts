import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A literal that begins as SQL does, or a call that takes text of SQL. */
const SQL =
  /[`"']\s*(select\b|insert into\b|update \w+\.|delete from\b|with (recursive )?\w+ as\b)|\b(db|tx|pool)\.query(<[^>]*>)?\(/;

/** What cannot be a statement that is checked against our schema, and why. */
const MAKES_ITS_OWN = [
  // Makes the schema, and the handle itself.
  /^apps\/server\/src\/platform\/database\//,
  // The queue's own schema, which its library makes; notifications.
  /^apps\/server\/src\/platform\/(jobs|events)\//,
  // Whole tables, whose columns are read from a database of any version: a restore, an instance's snapshot, a move of accounts.
  /^apps\/server\/src\/features\/auth\/move\//,
  /^apps\/server\/src\/features\/backups\/(restore\/(instance|setup)|snapshot)\//,
  // The view of an extension that a server may be without, in whichever schema it was made.
  /^apps\/server\/src\/features\/operate\/database\/slow-statements\.ts$/,
  // Databases and roles themselves.
  /^apps\/server\/src\/features\/backups\/proof\/rehearse\.ts$/,
  /^apps\/server\/src\/(process|cli)\//,
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
