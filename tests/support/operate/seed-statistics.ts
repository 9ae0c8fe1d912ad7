import type pg from "pg";

/** What people do, how often in a minute at the busiest hour, how long it takes (a bucket), and the bytes of one. */
const operations: readonly [operation: string, rate: number, bucket: number, up: number, down: number][] = [
  ["listFiles", 40, 12, 600, 9_000],
  ["getContent", 22, 14, 500, 900_000],
  ["putContent", 9, 20, 700_000, 900],
  ["currentSession", 30, 9, 500, 900],
  ["searchFiles", 4, 18, 500, 6_000],
  ["appendUpload", 6, 22, 4_000_000, 600],
  ["listTrash", 1, 12, 500, 4_000],
  ["openShare", 5, 13, 500, 3_000],
  ["downloadShare", 3, 15, 500, 2_000_000],
  ["createShare", 1, 17, 900, 1_200],
  ["createFolder", 2, 15, 700, 900],
  ["trashFile", 1, 16, 600, 500],
  ["listVersions", 1, 11, 500, 2_000],
  ["login", 1, 30, 700, 900],
  ["renewSession", 3, 14, 500, 900],
  ["listShares", 1, 12, 500, 5_000],
  ["adminListJobs", 1, 13, 500, 9_000],
  ["pages", 25, 15, 900, 30_000],
  ["authService", 2, 17, 700, 1_500],
  ["unknown", 1, 6, 400, 700],
];

const gauges: readonly [name: string, node: string, base: number, spread: number, growth: number][] = [
  ["storedBytes", "", 380e9, 0, 140e9],
  ["databaseBytes", "", 2.1e9, 0, 0.6e9],
  ["databaseConnections", "", 11, 6, 0],
  ["jobsWaiting", "", 0.4, 3, 0],
  ["jobsFailed", "", 0, 0, 0],
  ["signIn.success", "files-1 api", 1, 1, 0],
  ["signIn.invalid_credentials", "files-1 api", 0.2, 0.4, 0],
  ...["files-1 api", "files-1 worker"].flatMap((node): [string, string, number, number, number][] => [
    ["memory", node, 210e6, 60e6, 0],
    ["cpu", node, 0.05, 0.3, 0],
    ["loopDelay", node, 2, 25, 0],
    ["poolWaiting", node, 0, 0.4, 0],
    ["diskFree", node, 610e9, 0, -140e9],
    ["diskSize", node, 1e12, 0, 0],
  ]),
];

const units = { minutes: "1 minute", hours: "1 hour", days: "1 day" } as const;
const minutesOf = { minutes: 1, hours: 60, days: 1440 } as const;

/** Fills one kind of statistics up to now with what a busy team of some fifty does: days and nights, quiet weekends, and an hour of trouble. */
export async function seedStatistics(pool: pg.Pool, kept: keyof typeof units, days: number): Promise<void> {
  await pool.query("select setseed(0.5)");
  await makePartitions(pool, kept, days);
  const process = kept === "minutes";
  const times = `select t.at, greatest(0.05, 0.55 + 0.45 * sin((extract(hour from t.at) - 8) * pi() / 12))
      * case when extract(isodow from t.at) > 5 then 0.3 else 1 end as busy,
      1 - extract(epoch from now() - t.at) / (86400 * 90.0) as grown,
      t.at between now() - interval '5 hours' and now() - interval '4 hours' as trouble
    from generate_series(date_bin('${units[kept]}', now() - interval '${days} days', 'epoch'), now() - interval '${units[kept]}', '${units[kept]}') as t(at)`;
  const rows = `select t.at, o.operation, greatest(1, round(o.rate * ${minutesOf[kept]} * t.busy * (0.7 + 0.6 * random())))::bigint as r,
      case when t.trouble then o.bucket + 8 else o.bucket + (random() * 2)::int end as b, o.up, o.down, t.trouble, random() as luck
    from (${times}) t cross join (values ${operations.map(([name, rate, bucket, up, down]) => `('${name}', ${rate}, ${bucket}, ${up}, ${down})`).join(", ")}) as o(operation, rate, bucket, up, down)`;
  await pool.query(
    `with rows as materialized (${rows}), written as (
       select at, operation, r as requests, (case operation when 'login' then r / 4 when 'unknown' then r else (luck < 0.05)::int end)::bigint as client_errors,
         (case when trouble then r / 12 else (luck > 0.998)::int end)::bigint as server_errors, r * up as bytes_up, r * down as bytes_down,
         array[b - 2, b, b + 2, b + 5, b + 10]::smallint[] as buckets, array[r / 4, r / 2, r / 8, r / 20 + 1, r / 90] as counts
       from rows
       union all
       select at, '*', sum(r), sum(case operation when 'login' then r / 4 when 'unknown' then r else (luck < 0.05)::int end),
         sum(case when trouble then r / 12 else (luck > 0.998)::int end), sum(r * up), sum(r * down),
         array[9, 12, 14, 18, 25]::smallint[] || case when bool_or(trouble) then array[32]::smallint[] else '{}' end,
         array[sum(r) / 5, sum(r) / 3, sum(r) / 4, sum(r) / 10, sum(r) / 60]::bigint[] || case when bool_or(trouble) then array[sum(r) / 8]::bigint[] else '{}' end
       from rows group by at)
     insert into holdfast.traffic_${kept} (at, operation, ${process ? "process, " : ""}requests, client_errors, server_errors, bytes_up, bytes_down, buckets, counts)
     select at, operation, ${process ? "'seed', " : ""}requests, client_errors, server_errors, bytes_up, bytes_down, buckets, counts from written on conflict do nothing`,
  );
  await pool.query(
    `insert into holdfast.gauge_${kept} (at, name, ${process ? "process, " : ""}node, n, sum, low, high)
     select t.at, g.name, ${process ? "g.node, " : ""}g.node, ${minutesOf[kept]}, ${minutesOf[kept]} * v.value, v.value * 0.8, v.value * 1.2
     from (${times}) t cross join (values ${gauges.map((gauge) => `(${gauge.map((value) => (typeof value === "string" ? `'${value}'` : value)).join(", ")})`).join(", ")}) as g(name, node, base, spread, growth)
     cross join lateral (select greatest(0, g.base + g.spread * t.busy * random() + g.growth * t.grown) as value) v on conflict do nothing`,
  );
}

/** Of months that are over, which the product makes no partitions for. */
async function makePartitions(pool: pg.Pool, kept: string, days: number): Promise<void> {
  for (const family of ["traffic", "gauge"]) {
    await pool.query(`do $$
      declare first timestamptz := date_trunc('month', now() - interval '${days} days', 'UTC');
      begin
        while first < date_trunc('month', now(), 'UTC') loop
          execute format('create table if not exists holdfast.%I partition of holdfast.${family}_${kept} for values from (%L) to (%L)',
            '${family}_${kept}_' || to_char(first at time zone 'UTC', 'YYYY_MM'), first, date_add(first, interval '1 month', 'UTC'));
          first := date_add(first, interval '1 month', 'UTC');
        end loop;
      end $$`);
  }
}
