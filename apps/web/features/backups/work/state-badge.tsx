"use client";

import type { Backup } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Badge, type Tone } from "@/components/text/badge";
import { isVerifying } from "./queries";

export type State = "queued" | "running" | "verifying" | "verified" | "unproven" | "failed" | "cancelled";

const tones: Record<State, Tone> = {
  queued: "neutral",
  running: "accent",
  verifying: "accent",
  verified: "success",
  unproven: "warning",
  failed: "danger",
  cancelled: "neutral",
};

export function stateOf(backup: Backup): State {
  if (backup.status !== "completed") return backup.status;
  if (isVerifying(backup)) return "verifying";
  return backup.verifiedAt && !backup.error ? "verified" : "unproven";
}

export function StateBadge({ state }: { state: State }) {
  const t = useTranslations("backups.state");
  return <Badge tone={tones[state]}>{t(state)}</Badge>;
}
