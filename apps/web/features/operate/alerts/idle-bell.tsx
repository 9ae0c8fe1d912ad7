"use client";

import { Bell as BellIcon } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ComponentType, useEffect, useState } from "react";
import { buttonClass } from "@/components/button/button";
import { whenUsed } from "@/lib/when-used";

const part = whenUsed(() => import("./bell").then((module) => module.Bell));

/** A way to the page, until the page has been idle for a moment: then the bell with its list, for which the first view does not wait. */
export function IdleBell() {
  const t = useTranslations("operateAlerts.bell");
  const [Bell, setBell] = useState<ComponentType | undefined>(part.now);
  useEffect(() => {
    const off = part.whenThere((loaded) => setBell(() => loaded));
    return () => {
      off();
    };
  }, []);
  if (Bell) return <Bell />;
  return (
    <Link
      href="/admin/alerts"
      aria-label={t("all")}
      className={buttonClass({ variant: "ghost", size: "icon", className: "text-ink-muted [&_svg]:size-5" })}
    >
      <BellIcon />
    </Link>
  );
}
