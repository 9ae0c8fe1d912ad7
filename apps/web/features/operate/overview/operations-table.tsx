import type { OperationTraffic } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { formatBytes } from "@/lib/format";
import { Card, Scrolls } from "../card";
import { formatCount, formatMs } from "./numbers";

const FEW = 10;
const time = (value: number | null) => (value === null ? "–" : formatMs(value));

/** What each operation of the API was asked for and how long it took, most requests first. */
export function OperationsTable({ operations }: { operations: readonly OperationTraffic[] }) {
  const t = useTranslations("overview.operations");
  const [all, setAll] = useState(false);
  if (operations.length === 0) return null;
  const shown = all ? operations : operations.slice(0, FEW);
  const number = "px-3 py-2 text-right whitespace-nowrap";
  return (
    <Card title={t("title")} body={t("body")}>
      <Scrolls label={t("title")}>
        <table className="w-full text-[0.8125rem] tabular-nums">
          <thead className="text-ink-muted text-xs">
            <tr>
              <th scope="col" className="px-4 py-2 text-left font-medium">
                {t("operation")}
              </th>
              {(["requests", "clientErrors", "serverErrors", "p50", "p95", "p99", "p95Before", "bytes"] as const).map(
                (key) => (
                  <th key={key} scope="col" className={`${number} font-medium last:pr-4`}>
                    {t(key)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <tr key={each.operation} className="border-t">
                <th scope="row" className="px-4 py-2 text-left font-medium">
                  {t.has(`names.${each.operation}`) ? t(`names.${each.operation}`) : each.operation}
                </th>
                <td className={number}>{formatCount(each.requests)}</td>
                <td className={number}>{formatCount(each.clientErrors)}</td>
                <td className={each.serverErrors > each.requests / 100 ? `${number} font-medium text-danger` : number}>
                  {formatCount(each.serverErrors)}
                </td>
                <td className={number}>{time(each.p50)}</td>
                <td className={number}>{time(each.p95)}</td>
                <td className={number}>{time(each.p99)}</td>
                <td className={`${number} text-ink-muted`}>{time(each.p95Before)}</td>
                <td className={`${number} pr-4`}>{formatBytes(each.bytesUp + each.bytesDown)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolls>
      {operations.length > FEW && (
        <div className="border-t p-2 text-center">
          <Button size="sm" variant="ghost" aria-expanded={all} onClick={() => setAll(!all)}>
            {t(all ? "fewer" : "all", { count: operations.length })}
          </Button>
        </div>
      )}
    </Card>
  );
}
