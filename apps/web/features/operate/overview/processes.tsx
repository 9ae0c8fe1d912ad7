import type { Traffic } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { formatBytes } from "@/lib/format";
import { Card } from "../card";
import { formatMs, formatShare, gaugesOf, highestOf, lastOf } from "./numbers";

/** The processes that have reported in the time shown, by host and role. */
export function Processes({ traffic }: { traffic: Traffic }) {
  const t = useTranslations("overview.processes");
  const nodes = [...new Set(traffic.gauges.map(({ node }) => node).filter((node) => node !== null))].sort();
  if (nodes.length === 0) return null;
  const of = (name: string, node: string) => gaugesOf(traffic, name).find((each) => each.node === node);
  const shown = (value: number | null, format: (value: number) => string) => (value === null ? "–" : format(value));
  return (
    <Card title={t("title")} body={t("body")}>
      <ul className="divide-y border-t">
        {nodes.map((node) => (
          <li key={node} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2.5 text-[0.8125rem]">
            <span className="min-w-40 flex-1 font-medium [overflow-wrap:anywhere]">{node}</span>
            <dl className="flex flex-wrap gap-x-6 gap-y-1 tabular-nums">
              {[
                ["memory", shown(lastOf(of("memory", node)?.mean), formatBytes)],
                ["cpu", shown(lastOf(of("cpu", node)?.mean), formatShare)],
                ["loopDelay", shown(highestOf(of("loopDelay", node)?.high ?? []), formatMs)],
                ["disk", shown(lastOf(of("diskFree", node)?.mean), formatBytes)],
              ].map(([key, value]) => (
                <div key={key} className="flex gap-1.5">
                  <dt className="text-ink-muted">{t(key as string)}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </Card>
  );
}
