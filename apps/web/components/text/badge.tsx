import type { ReactNode } from "react";
import { cn } from "@/lib/cn";

export type Tone = keyof typeof tones;

const tones = {
  neutral: "bg-hover text-ink-muted",
  accent: "bg-accent-soft text-accent-text",
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
};

/** A word or two about the state of what it stands beside. */
export function Badge({ tone, className, children }: { tone: Tone; className?: string; children: ReactNode }) {
  return (
    <span className={cn("shrink-0 rounded-full px-2 py-0.5 font-medium text-xs leading-4", tones[tone], className)}>
      {children}
    </span>
  );
}
