import { z } from "zod";
import { byteCount, timestamp } from "../base/common.ts";
import { operation } from "../base/operation.ts";

const count = z.number().int().nonnegative();
const milliseconds = z.number().nonnegative().nullable().meta({
  description: "milliseconds until the answer began, within a tenth of the value; null: nothing was answered",
});
const latency = { p50: milliseconds, p95: milliseconds, p99: milliseconds };
const counts = {
  requests: count,
  clientErrors: count.meta({ description: "answers of 400 to 499; 499: the client went before there was one" }),
  serverErrors: count.meta({ description: "answers of 500 and above" }),
  bytesUp: byteCount,
  bytesDown: byteCount,
};
const perPoint = <S extends z.ZodType>(schema: S) => z.array(schema);

export const trafficSeriesSchema = z
  .object({
    requests: perPoint(count),
    clientErrors: perPoint(count),
    serverErrors: perPoint(count),
    bytesUp: perPoint(byteCount),
    bytesDown: perPoint(byteCount),
    p50: perPoint(milliseconds),
    p95: perPoint(milliseconds),
    p99: perPoint(milliseconds),
  })
  .meta({ id: "TrafficSeries", description: "one value for each point in time" });

export const gaugeSeriesSchema = z
  .object({
    name: z.string().meta({ description: "memory, loopDelay, databaseBytes, signIn.success, …" }),
    node: z.string().nullable().meta({ description: "host and role of the process; null: of the installation" }),
    mean: z.array(z.number().nullable()),
    high: z.array(z.number().nullable()),
    sum: z.array(z.number().nullable()).meta({ description: "of what is counted: how many" }),
  })
  .meta({ id: "GaugeSeries" });
export type GaugeSeries = z.infer<typeof gaugeSeriesSchema>;

export const operationTrafficSchema = z
  .object({
    operation: z.string().meta({ description: "operation id; pages; authService; unknown" }),
    ...counts,
    ...latency,
    p95Before: milliseconds,
  })
  .meta({ id: "OperationTraffic" });
export type OperationTraffic = z.infer<typeof operationTrafficSchema>;

export const trafficSchema = z
  .object({
    from: timestamp,
    to: timestamp,
    step: z.number().int().meta({ description: "seconds" }),
    since: timestamp.nullable().meta({ description: "when the statistics begin" }),
    at: z.array(timestamp).meta({ description: "where each point begins" }),
    series: trafficSeriesSchema,
    usual: z
      .object({
        requests: count,
        clientErrors: count,
        serverErrors: count,
        bytesUp: byteCount,
        bytesDown: byteCount,
        ...latency,
      })
      .nullable()
      .meta({ description: "the median of the points of an equally long time before; null: nothing was kept of it" }),
    total: z.object({ ...counts, ...latency }),
    operations: z
      .array(operationTrafficSchema)
      .meta({ description: "by whole hours, or days where the step is a day; most requests first" }),
    gauges: z.array(gaugeSeriesSchema),
  })
  .meta({ id: "Traffic" });
export type Traffic = z.infer<typeof trafficSchema>;

/** Steps that there are, in seconds: minutes are kept for 90 days, hours for a year, days for two. */
export const trafficSteps = [60, 300, 900, 3600, 21_600, 86_400] as const;

export const adminTraffic = operation({
  id: "adminTraffic",
  method: "GET",
  path: "/api/v1/admin/stats/traffic",
  tag: "admin",
  summary: "Requests, response times, errors and bytes over time, and how the processes and the database are",
  access: "admin",
  query: z.object({
    from: timestamp.optional().meta({ description: "a day before `to`, unless set" }),
    to: timestamp.optional().meta({ description: "now, unless set" }),
    step: z
      .enum(["60", "300", "900", "3600", "21600", "86400"])
      .transform(Number)
      .optional()
      .meta({ description: "seconds from point to point; unless set, what makes about 300 points" }),
  }),
  status: 200,
  result: trafficSchema,
  errors: [],
});
