"use client";

import { listOidcProviders } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { buttonClass } from "@/components/button/button";
import { call } from "@/lib/api";

/** Buttons for the other services that this server lets people sign in with. Nothing where there are none. */
export function OtherWays({ next }: { next: string }) {
  const t = useTranslations("auth");
  const { data } = useQuery({
    queryKey: ["oidc"],
    queryFn: () => call(listOidcProviders),
    staleTime: 5 * 60_000,
    retry: 0,
  });
  if (!data || data.items.length === 0) return null;
  return (
    <>
      <div className="flex items-center gap-3 text-ink-muted text-xs">
        <span className="h-px flex-1 bg-line" />
        {t("or")}
        <span className="h-px flex-1 bg-line" />
      </div>
      {data.items.map(({ id, name, startUrl }) => (
        <a
          key={id}
          href={`${startUrl}?${new URLSearchParams({ next })}`}
          className={buttonClass({ size: "lg", className: "w-full" })}
        >
          {t("signInWith", { name })}
        </a>
      ))}
    </>
  );
}
