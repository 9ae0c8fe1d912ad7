import { Histogram } from "@prometheus-io/client";
import { expect, test } from "vitest";
import { Exposition, expositionText } from "./exposition.ts";
import { QuickHistogram } from "./quick-histogram.ts";

test("is told as the library tells its own, another process's beside it", async () => {
  const given = { name: "seconds", help: "Time.", buckets: [0.01, 0.1, 1] };
  const values = [0.005, 0.01, 0.05, 1, 70];
  const [ours, theirs, other] = ["api", "api", "worker"].map((process) => new Exposition({ process })) as Exposition[];
  const quick = new QuickHistogram({ ...given, registry: ours!.registry }).of({ operation: "get" });
  const library = new Histogram({ ...given, labelNames: ["operation"], registers: [theirs!.registry] });
  new QuickHistogram({ ...given, registry: other!.registry }).of({ operation: "get" }).observe(2);
  for (const value of values) {
    quick.observe(value);
    library.observe({ operation: "get" }, value);
  }
  expect(await expositionText([await ours!.collect()])).toBe(await expositionText([await theirs!.collect()]));
  const both = await expositionText([await ours!.collect(), JSON.parse(JSON.stringify(await other!.collect()))]);
  expect(both).toContain('seconds_bucket{le="0.01",operation="get",process="api"} 2');
  expect(both).toContain('seconds_bucket{le="+Inf",operation="get",process="worker"} 1');
  expect(both.match(/# TYPE/g)).toHaveLength(1);
});
