"use client";

import type { Backup } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/cn";
import { isVerifying } from "./queries";

export type State = "queued" | "running" | "verifying" | "verified" | "unproven" | "failed" | "cancelled";

const colours: Record<State, string> = {
  queued: "bg-hover text-ink-muted",
  running: "bg-accent-soft text-accent-text",
  verifying: "bg-accent-soft text-accent-text",
  verified: "bg-success-soft text-success",
  unproven: "bg-warning-soft text-warning",
  failed: "bg-danger-soft text-danger",
  cancelled: "bg-hover text-ink-muted",
};

export function stateOf(backup: Backup): State {
  if (backup.status !== "completed") return backup.status;
  if (isVerifying(backup)) return "verifying";
  return backup.verifiedAt && !backup.error ? "verified" : "unproven";
}

export function StateBadge({ state }: { state: State }) {
  const t = useTranslations("backups.state");
  return (
    <span className={cn("shrink-0 rounded-full px-2 py-0.5 font-medium text-xs", colours[state])}>{t(state)}</span>
  );
}
