"use client";

import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronDown } from "lucide-react";
import { cn } from "@/lib/cn";

type SelectProps<V extends string> = {
  label: string;
  value: V;
  onValueChange: (value: V) => void;
  /** `hint`: a sentence below the label. */
  items: readonly { value: V; label: string; hint?: string }[];
  className?: string;
};

export function Select<V extends string>({ label, value, onValueChange, items, className }: SelectProps<V>) {
  return (
    <Base.Root items={items} value={value} onValueChange={(next) => next !== null && onValueChange(next as V)}>
      <Base.Trigger
        aria-label={label}
        className={cn(
          "flex h-10 min-w-0 select-none items-center justify-between gap-2 rounded-lg border border-line-strong/60 bg-surface px-3 text-[0.9375rem] hover:bg-hover",
          className,
        )}
      >
        <Base.Value className="truncate" />
        <Base.Icon>
          <ChevronDown className="size-4 text-ink-muted" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-[60] outline-none">
          <Base.Popup className="pop max-h-72 min-w-(--anchor-width) overflow-y-auto rounded-xl bg-raised p-1.5 shadow-float outline-none">
            {items.map((item) => (
              <Base.Item
                key={item.value}
                value={item.value}
                className="flex min-h-9 cursor-default select-none items-center gap-3 rounded-md px-2.5 text-sm outline-none data-highlighted:bg-hover"
              >
                <span className={cn("min-w-0 flex-1", item.hint && "max-w-72 py-1.5")}>
                  <Base.ItemText className="block">{item.label}</Base.ItemText>
                  {item.hint && <span className="block text-ink-muted text-xs">{item.hint}</span>}
                </span>
                <Base.ItemIndicator>
                  <Check className="size-4 text-accent-text" />
                </Base.ItemIndicator>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** With its label above it, as a `Field` has. */
export function LabelledSelect<V extends string>(props: SelectProps<V>) {
  return (
    <div className="flex flex-col gap-1.5">
      <span aria-hidden="true" className="font-medium text-sm">
        {props.label}
      </span>
      <Select {...props} />
    </div>
  );
}
