import { cn } from "@/lib/cn";

/** `value` from 0 to 1. */
export function Progress({ value, label, className }: { value: number; label: string; className?: string }) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10;
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the one of the browser cannot be drawn alike everywhere
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <div className={cn("h-1.5 overflow-hidden rounded-full bg-hover", className)}>
        <div
          className="h-full rounded-full bg-accent transition-[width] duration-200 ease-linear"
          style={{ width: `${percent}%` }}
        />
      </div>
    </div>
  );
}

/** How much of a quota is used. */
export function Meter({ value, label }: { value: number; label: string }) {
  const shown = Math.min(1, Math.max(0, value));
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the one of the browser cannot be drawn alike everywhere
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(shown * 100)}
      className="h-1.5 overflow-hidden rounded-full bg-hover"
    >
      <div
        className={cn("h-full rounded-full", shown > 0.95 ? "bg-danger" : shown > 0.85 ? "bg-warning" : "bg-accent")}
        style={{ width: `${shown * 100}%` }}
      />
    </div>
  );
}
