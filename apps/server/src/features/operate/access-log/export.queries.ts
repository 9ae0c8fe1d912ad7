import { statementFamily } from "../../../platform/database/statement.ts";
import { type Asked, actor, filters, planForValues, shownName, type Walk, walked, walks } from "./entries.queries.ts";

export type Format = "csv" | "ndjson";

const time = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Every field: its name as the API has it, its value, and whether it is text that somebody else may have chosen. */
const fields: readonly [name: string, value: string, chosen?: true][] = [
  ["id", "l.id"],
  ["occurredAt", time("l.occurred_at")],
  ["lastAt", time("l.last_at")],
  ["times", "l.times"],
  ["log", "l.log"],
  ["actorId", "l.actor_id"],
  ["actorName", "u.display_name", true],
  ["actorEmail", "coalesce(u.email, gone.target_name)", true],
  ["via", "l.via"],
  ["action", "l.action"],
  ["outcome", "l.outcome"],
  ["targetId", "l.target_id"],
  ["targetName", shownName, true],
  ["ip", "host(l.ip)"],
  ["userAgent", "l.user_agent", true],
  ["bytes", "l.bytes"],
  ["requestId", "l.request_id", true],
  ["detail", "l.detail"],
];

export const heading = `${fields.map(([name]) => name).join(",")}\n`;

const cell = ([name, value, chosen]: (typeof fields)[number]) =>
  chosen || name === "detail" ? `holdfast.csv_cell((${value})::text)` : `coalesce((${value})::text, '')`;

const lines: Record<Format, string> = {
  csv: fields.map(cell).join(" || ',' || "),
  // Of a row, because it looks up the types of its columns once and not for each row.
  ndjson: `(select row_to_json(o)::text from (select ${fields.map(([name, value]) => `${value} as "${name}"`).join(", ")}) o)`,
};

interface Variant {
  readonly walk: Walk;
  readonly format: Format;
}
const variants: readonly Variant[] = walks.flatMap((walk) => [
  { walk, format: "csv" },
  { walk, format: "ndjson" },
]);

/** Rows of a walk, so many as may be looked at, those that pass the filters as lines of a file; and where it stopped. */
export const exportLines = statementFamily<
  Variant,
  Asked,
  { lines: string | null; looked: number; last_id: string | null }
>(variants, ({ walk, format }) => ({
  notNull: ["looked"],
  planForValues,
  text: `with looked as materialized (${walked(walk)})
      select (select count(*)::int from looked) as looked, (select l.id from looked l order by l.id limit 1) as last_id,
        (select string_agg(r.line, e'\\n' order by r.id desc) from (
           select l.id, ${lines[format]} as line from looked l ${actor} where ${filters}) r) as lines
      where $13::int is not null`,
}));
