"use client";

import { Switch as Base } from "@base-ui/react/switch";
import { useId } from "react";

type SwitchProps = { label: string; hint?: string; checked: boolean; onCheckedChange: (checked: boolean) => void };

export function Switch({ label, hint, checked, onCheckedChange }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4">
      <div className="min-w-0">
        <span id={id} className="font-medium text-sm">
          {label}
        </span>
        {hint && <p className="text-[0.8125rem] text-ink-muted leading-snug">{hint}</p>}
      </div>
      <Base.Root
        aria-labelledby={id}
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next)}
        className="relative flex h-6 w-10.5 shrink-0 items-center rounded-full bg-line-strong transition-colors data-checked:bg-accent"
      >
        <Base.Thumb className="block size-5 translate-x-0.5 rounded-full bg-surface shadow-sm transition-transform data-checked:translate-x-5" />
      </Base.Root>
    </div>
  );
}
