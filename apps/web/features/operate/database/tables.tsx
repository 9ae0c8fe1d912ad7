"use client";

import type { DatabaseReport as Report } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Time } from "@/components/text/time";
import { formatBytes } from "@/lib/format";
import { Figures, Part } from "../figures";

const number = new Intl.NumberFormat("en-GB");

export function Tables({ report }: { report: Report }) {
  const t = useTranslations("database");
  return (
    <>
      <Part title={t("tables")} body={t("tablesBody")}>
        <Figures
          label={t("tables")}
          head={[t("table"), t("rows"), t("dead"), t("data"), t("indexes"), t("vacuumed")]}
          rows={report.tables.slice(0, 20).map((table) => [
            <span key="name" className="whitespace-nowrap">
              {table.name.replace(/^holdfast\./, "")}
              {table.partitions > 0 && (
                <span className="text-ink-muted"> · {t("parts", { count: table.partitions })}</span>
              )}
            </span>,
            number.format(table.rows),
            number.format(table.deadRows),
            formatBytes(table.tableBytes),
            formatBytes(table.indexBytes),
            table.vacuumedAt ? <Time key="at" at={table.vacuumedAt} /> : "–",
          ])}
        />
      </Part>
      <Part title={t("partitions")} body={t("partitionsBody")}>
        <Figures
          label={t("partitions")}
          head={[t("table"), t("made"), t("until"), t("stray")]}
          rows={report.partitions.map((each) => [
            each.table,
            each.made,
            each.until?.replaceAll("_", "-") ?? "–",
            number.format(each.strayRows),
          ])}
        />
      </Part>
    </>
  );
}
