import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { IconButton } from "@/components/button/icon-button";
import { cn } from "@/lib/cn";
import { formatBytes } from "@/lib/format";

type SelectionBarProps = {
  count: number;
  /** There is more in the folder than has been read, and all of it is selected. */
  more: boolean;
  bytes: number;
  onClear: () => void;
  /** What can be done with it: `SelectionAction`s. */
  children: ReactNode;
  className?: string;
};

/** How much is selected and what can be done with it; on a phone, a line of its own. */
export function SelectionBar({ count, more, bytes, onClear, children, className }: SelectionBarProps) {
  const t = useTranslations("files");
  return (
    <div
      className={cn(
        "order-last flex h-9 w-full items-center rounded-lg bg-accent-soft pr-0.5 pl-3.5 sm:order-none sm:w-auto",
        className,
      )}
    >
      <p className="mr-auto truncate pr-2 font-medium text-[0.8125rem]" aria-live="polite">
        {t("selected", { count })}
        {more && "+"}
        {bytes > 0 && <span className="font-normal text-ink-muted"> · {formatBytes(bytes)}</span>}
      </p>
      {children}
      <SelectionAction label={t("clearSelection")} onClick={onClear} icon={<X />} />
    </div>
  );
}

type SelectionActionProps = { label: string; icon: ReactNode; onClick: () => void };

export function SelectionAction({ label, icon, onClick }: SelectionActionProps) {
  return (
    <IconButton label={label} size="icon-sm" className="hover:bg-selected" onClick={onClick}>
      {icon}
    </IconButton>
  );
}
