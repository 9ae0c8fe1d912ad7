import type { Severity } from "@holdfast/contract";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { cn } from "@/lib/cn";

const icons = { critical: CircleAlert, warning: TriangleAlert, info: Info } as const;
const colours = { critical: "text-danger!", warning: "text-warning!", info: "text-accent-text!" } as const;

/** The picture of how bad it is; the word stands beside it or is read out. */
export function SeverityIcon({
  severity,
  over,
  className,
}: {
  severity: Severity;
  over?: boolean;
  className?: string;
}) {
  const Icon = icons[severity];
  return (
    <Icon
      aria-hidden="true"
      className={cn("size-5 shrink-0", over ? "text-ink-muted" : colours[severity], className)}
    />
  );
}

export const severityTones = { critical: "danger", warning: "warning", info: "accent" } as const;
