"use client";

import type { HealthCheck } from "@holdfast/contract";
import { Check } from "lucide-react";
import { useTranslations } from "next-intl";

const areas = ["service", "database", "backups", "network", "server"] as const;

/** What is well, by where it belongs: so that one knows what was looked at. */
export function AreaList({ checks }: { checks: readonly HealthCheck[] }) {
  const t = useTranslations("health");
  return (
    <section className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
      {areas.map((area) => {
        const here = checks.filter((check) => check.area === area);
        if (here.length === 0) return null;
        return (
          <div key={area}>
            <h3 className="mb-2 font-semibold text-[0.9375rem]">{t(`areas.${area}`)}</h3>
            <ul className="flex flex-col gap-2">
              {here.map((check) => (
                <li key={check.id} className="flex gap-2.5">
                  <Check aria-label={t("state.ok")} className="mt-0.5 size-4 shrink-0 text-success" />
                  <span className="min-w-0 break-words">{check.sentence}</span>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}
