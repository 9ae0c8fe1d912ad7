"use client";

import { adminListUsers } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, X } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "@/components/button/icon-button";
import { useTargets } from "@/features/backups/work/queries";
import { call } from "@/lib/api";

const dismissed = "holdfast-first-steps-done";

/** Addresses that mean this very machine to whoever opens a link. */
const onlyHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** After set-up: what a server needs before it is relied on. Goes when all is done, or when it is dismissed. */
export function FirstSteps({ named }: { named: boolean }) {
  const [hidden, setHidden] = useState(() => window.localStorage.getItem(dismissed) !== null);
  if (hidden) return null;
  return (
    <Steps
      named={named}
      onDismiss={() => {
        window.localStorage.setItem(dismissed, "1");
        setHidden(true);
      }}
    />
  );
}

function Steps({ named, onDismiss }: { named: boolean; onDismiss: () => void }) {
  const t = useTranslations("firstSteps");
  const targets = useTargets();
  const people = useQuery({
    queryKey: ["users", "first-steps"],
    queryFn: () => call(adminListUsers, { query: { limit: 2 } }),
  });
  if (!targets.data || !people.data) return null;
  const steps = [
    { key: "backup", done: targets.data.items.some(({ sameDisk }) => !sameDisk), href: "/admin/backups#targets" },
    { key: "address", done: !onlyHere.test(window.location.hostname), href: null },
    { key: "name", done: named, href: "/account" },
    { key: "people", done: people.data.items.length > 1, href: "/admin/users" },
  ] as const;
  if (steps.every(({ done }) => done)) return null;
  return (
    <section
      aria-label={t("title")}
      className="mx-4 my-4 shrink-0 rounded-2xl border bg-raised px-4 py-3.5 sm:mx-6 sm:px-5"
    >
      <div className="flex items-start justify-between gap-3">
        <h2 className="font-semibold text-[0.9375rem] leading-8">{t("title")}</h2>
        <IconButton size="icon-sm" label={t("dismiss")} onClick={onDismiss}>
          <X />
        </IconButton>
      </div>
      <ul className="mt-1 grid gap-x-6 gap-y-2.5 md:grid-cols-2">
        {steps.map(({ key, done, href }) => (
          <li key={key} className="flex gap-2.5">
            {done ? (
              <CircleCheck aria-label={t("done")} className="mt-0.5 size-4.5 shrink-0 text-success" />
            ) : (
              <CircleDashed aria-label={t("open")} className="mt-0.5 size-4.5 shrink-0 text-ink-muted" />
            )}
            <div className="min-w-0">
              {href && !done ? (
                <Link href={href} className="font-medium text-accent-text underline-offset-2 hover:underline">
                  {t(`${key}.title`)}
                </Link>
              ) : (
                <p className="font-medium">{t(`${key}.title`)}</p>
              )}
              {!done && <p className="text-[0.8125rem] text-ink-muted leading-5 max-md:hidden">{t(`${key}.body`)}</p>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
