import { Check, Minus } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
import { cn } from "@/lib/cn";

type InnerButtonProps = Omit<ComponentProps<"button">, "onClick"> & { onPress: (button: HTMLButtonElement) => void };

/** A button within an entry: the grid is one tab stop, and what is pressed here neither selects nor opens the entry. */
export function InnerButton({ onPress, className, ...rest }: InnerButtonProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      {...rest}
      onClick={(event) => {
        event.stopPropagation();
        onPress(event.currentTarget);
      }}
      onDoubleClick={(event) => event.stopPropagation()}
      className={cn("grid size-9 shrink-0 place-items-center", className)}
    />
  );
}

/** The one at the end of an entry. */
export function EndButton({ className, ...rest }: InnerButtonProps) {
  return (
    <InnerButton
      {...rest}
      className={cn("rounded-lg text-ink-muted hover:bg-line hover:text-ink [&_svg]:size-4.5", className)}
    />
  );
}

/** The square of a selection. */
export function CheckSquare({ checked }: { checked: boolean | "mixed" }) {
  return (
    <span
      className={cn(
        "grid size-4.5 place-items-center rounded-[5px] border transition-colors",
        checked ? "border-accent bg-accent text-accent-ink" : "border-line-strong bg-surface",
      )}
    >
      {checked === true && <Check className="size-3.5" strokeWidth={3} />}
      {checked === "mixed" && <Minus className="size-3.5" strokeWidth={3} />}
    </span>
  );
}

type SelectBoxProps = { name: string; selected: boolean; onToggle: () => void; className?: string };

/** Shows where the pointer is, where one is picking, and where it is checked. */
export function SelectBox({ name, selected, onToggle, className }: SelectBoxProps) {
  const t = useTranslations("files");
  return (
    <InnerButton
      aria-label={t(selected ? "deselectName" : "selectName", { name })}
      onPress={onToggle}
      className={cn(
        !selected &&
          "opacity-0 group-hover/entry:opacity-100 group-data-[picking]/grid:opacity-100 pointer-coarse:opacity-100",
        className,
      )}
    >
      <CheckSquare checked={selected} />
    </InnerButton>
  );
}
