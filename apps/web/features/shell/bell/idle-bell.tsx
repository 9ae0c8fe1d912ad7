"use client";

import { useTranslations } from "next-intl";
import { type ComponentType, useEffect, useState } from "react";
import { whenUsed } from "@/lib/when-used";
import { BellButton } from "./bell-button";

type BellProps = { isAdmin: boolean; openAtOnce: boolean };

const part = whenUsed<ComponentType<BellProps>>(() => import("./bell").then((module) => module.Bell));

/** A button that looks the same, until it is pressed or the page has been idle for a moment: then the bell with its list, for which the first view does not wait. */
export function IdleBell({ isAdmin }: { isAdmin: boolean }) {
  const t = useTranslations("activity.notifications");
  const [Bell, setBell] = useState<ComponentType<BellProps> | undefined>(part.now);
  const [pressed, setPressed] = useState(false);
  useEffect(() => {
    const off = part.whenThere((loaded) => setBell(() => loaded));
    return () => {
      off();
    };
  }, []);
  if (Bell) return <Bell isAdmin={isAdmin} openAtOnce={pressed} />;
  return (
    <BellButton
      count={0}
      tone="news"
      aria-label={t("title")}
      aria-expanded={pressed}
      onClick={() => {
        setPressed(true);
        void part.load();
      }}
    />
  );
}
