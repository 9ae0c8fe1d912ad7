"use client";

import type { DatabaseReport as Report } from "@holdfast/contract";
import { Check } from "lucide-react";
import { useTranslations } from "next-intl";
import { formatBytes } from "@/lib/format";
import { Part } from "../figures";

const DEAD_SHARE = 0.2;
const MANY_DEAD = 10_000;

/** What an administrator of a database would look for, in sentences. */
export function Hints({ report }: { report: Report }) {
  const t = useTranslations("database");
  const bloated = report.tables.filter(
    ({ rows, deadRows }) => deadRows > MANY_DEAD && deadRows > DEAD_SHARE * (rows + deadRows),
  );
  const hints = [
    ...bloated.map(({ name, deadRows }) => t("hints.dead", { name, count: deadRows })),
    ...report.scannedTables.map(({ name, scans, rowsPerScan }) =>
      t("hints.scanned", { name, scans, rows: rowsPerScan }),
    ),
    ...report.unusedIndexes.map(({ name, table, bytes }) =>
      t("hints.unused", { name, table, size: formatBytes(bytes) }),
    ),
    ...report.partitions
      .filter(({ strayRows }) => strayRows > 0)
      .map(({ table, strayRows }) => t("hints.stray", { table, count: strayRows })),
    ...(report.connections.used > 0.85 * report.connections.most ? [t("hints.connections")] : []),
  ];
  return (
    <Part title={t("hintsTitle")} body={t("hintsBody")}>
      {hints.length === 0 ? (
        <p className="flex items-center gap-2.5">
          <Check aria-hidden="true" className="size-4 text-success" />
          {t("hints.nothing")}
        </p>
      ) : (
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {hints.map((hint) => (
            <li key={hint} className="break-words">
              {hint}
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
