import { statement } from "../../../../platform/database/statement.ts";
import type { NodeReport, NodeRole } from "./sense.ts";

export interface ReportRow {
  node: string;
  role: NodeRole;
  age: number;
  report: NodeReport;
}

export const saveReport = statement<[node: string, role: NodeRole, report: string]>(
  `insert into holdfast.node_reports (node, role, report) values ($1, $2, $3)
   on conflict (node) do update set role = excluded.role, report = excluded.report, reported_at = now()`,
);

/** `age` in seconds. */
export const listReports = statement<[], ReportRow>(
  `select node, role, extract(epoch from now() - reported_at)::float8 as age, report
   from holdfast.node_reports order by reported_at desc limit 200`,
);

export const apiIsThere = statement<[seconds: number], { found: boolean }>(
  `select exists (select from holdfast.node_reports where role = 'api' and reported_at > now() - make_interval(secs => $1)) as found`,
);

export const removeReport = statement<[node: string]>("delete from holdfast.node_reports where node = $1");

/** What has not been heard of for a week was taken away. */
export const removeOldReports = statement(
  "delete from holdfast.node_reports where reported_at < now() - interval '7 days'",
);
