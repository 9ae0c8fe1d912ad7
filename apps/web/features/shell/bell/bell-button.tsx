import { Bell as BellIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { buttonClass } from "@/components/button/button";
import { cn } from "@/lib/cn";

export type BellTone = "news" | "warning" | "danger";

const tones: Record<BellTone, string> = {
  news: "bg-accent text-accent-ink",
  warning: "bg-warning text-canvas",
  danger: "bg-danger text-danger-ink",
};

/** The bell with how much waits; its colour says whether that is news, or needs somebody. */
export function BellButton({
  count,
  tone,
  className,
  ...rest
}: Omit<ComponentProps<"button">, "children"> & { count: number; tone: BellTone }) {
  return (
    <button
      type="button"
      {...rest}
      className={buttonClass({
        variant: "ghost",
        size: "icon",
        className: cn("relative text-ink-muted [&_svg]:size-5", className),
      })}
    >
      <BellIcon />
      {count > 0 && (
        <span
          aria-hidden="true"
          className={cn(
            "-top-0.5 -right-0.5 absolute min-w-4.5 rounded-full px-1 text-center font-semibold text-[0.6875rem] leading-4.5 tabular-nums",
            tones[tone],
          )}
        >
          {count > 99 ? "99+" : count}
        </span>
      )}
    </button>
  );
}
