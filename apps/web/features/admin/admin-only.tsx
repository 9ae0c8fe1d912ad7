"use client";

import { Lock } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/button/button";
import { EmptyState } from "@/components/feedback/state";
import { useSession } from "@/features/auth/session";

/** Pages of administrators. Anybody else reads why there is nothing, and nothing is asked of the server. */
export function AdminOnly({ children }: { children: ReactNode }) {
  const t = useTranslations("adminOnly");
  const { user } = useSession();
  // Not known yet who it is: the frame is there already.
  if (!user) return null;
  if (user.role === "admin") return children;
  return (
    <>
      <title>{`${t("title")} · Holdfast`}</title>
      <EmptyState level={1} icon={<Lock />} title={t("title")} body={t("body")} className="m-auto">
        <Link href="/files" className={buttonClass({ variant: "primary" })}>
          {t("back")}
        </Link>
      </EmptyState>
    </>
  );
}
