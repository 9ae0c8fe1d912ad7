"use client";

import { Keyboard } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";

type StatusBarProps = {
  count: number;
  done: boolean;
  ready: boolean;
  error: unknown;
  onRetry: () => void;
  onHelp: () => void;
  /** On narrow pages the bar of the selection lies over this one, and needs its height. */
  picking: boolean;
  /** The folder can only be read. */
  readOnly: boolean;
};

/** How much is here; while a large folder is still being read, how far that is. */
export function StatusBar({ count, done, ready, error, onRetry, onHelp, picking, readOnly }: StatusBarProps) {
  const t = useTranslations("files");
  const common = useTranslations("common");
  const failed = error !== undefined && count > 0;
  return (
    <div
      className={cn(
        "flex h-8 shrink-0 items-center gap-2 border-t px-4 text-ink-muted text-xs",
        picking ? "max-lg:h-11" : !failed && "short:hidden",
      )}
    >
      {failed ? (
        <>
          <span role="alert" className="truncate text-danger">
            {problemOf(error).message}
          </span>
          <Button size="sm" variant="ghost" className="h-6" onClick={onRetry}>
            {common("tryAgain")}
          </Button>
        </>
      ) : (
        ready &&
        error === undefined && (
          <span>
            {done ? t("items", { count }) : t("reading", { count })}
            {readOnly && ` · ${t("readOnly")}`}
          </span>
        )
      )}
      <Button
        size="sm"
        variant="ghost"
        className="ml-auto hidden h-6 text-ink-muted text-xs md:pointer-fine:inline-flex"
        onClick={onHelp}
      >
        <Keyboard />
        {t("shortcuts.title")}
      </Button>
    </div>
  );
}
