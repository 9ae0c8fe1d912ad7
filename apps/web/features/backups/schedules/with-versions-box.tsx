"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { cn } from "@/lib/cn";

type BoxProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Says what it costs, too. */
  explained?: boolean;
  className?: string;
};

/** The choice of an account's backup: more than the files as they are. */
export function WithVersionsBox({ checked, onChange, explained = false, className }: BoxProps) {
  const t = useTranslations("backups.withVersions");
  const id = useId();
  return (
    <label className={cn("flex w-fit cursor-pointer items-start gap-2.5 text-sm leading-5", className)}>
      <input
        type="checkbox"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
        aria-labelledby={id}
        aria-describedby={explained ? `${id}-hint` : undefined}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <span className="min-w-0">
        <span id={id} className={cn("block", explained && "font-medium")}>
          {t("label")}
        </span>
        {explained && (
          <span id={`${id}-hint`} className="mt-0.5 block text-[0.8125rem] text-ink-muted leading-snug">
            {t("hint")}
          </span>
        )}
      </span>
    </label>
  );
}
