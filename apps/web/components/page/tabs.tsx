"use client";

import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

type TabsProps<V extends string> = {
  value: V;
  onValueChange: (value: V) => void;
  label: string;
  tabs: readonly { value: V; label: ReactNode }[];
  children?: ReactNode;
  className?: string;
};

/** A row of tabs over one panel whose content the caller chooses. */
export function Tabs<V extends string>({ value, onValueChange, label, tabs, children, className }: TabsProps<V>) {
  return (
    <Base.Root value={value} onValueChange={(next) => onValueChange(next as V)} className={className}>
      <Base.List aria-label={label} className="flex gap-1 border-b px-2">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px h-10 border-transparent border-b-2 px-3 font-medium text-ink-muted text-sm hover:text-ink focus-visible:-outline-offset-2 data-active:border-accent data-active:text-ink"
          >
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="min-h-0 flex-1 outline-none">
          {tab.value === value && children}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
