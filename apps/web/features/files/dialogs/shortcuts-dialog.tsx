"use client";

import { useTranslations } from "next-intl";
import { Dialog } from "@/components/overlay/dialog";

const shortcuts = [
  ["open", ["↵"]],
  ["select", ["Space"]],
  ["selectAll", ["Ctrl", "A"]],
  ["range", ["Shift", "↑ ↓"]],
  ["up", ["⌫"]],
  ["menu", ["Shift", "F10"]],
  ["rename", ["F2"]],
  ["trash", ["Del"]],
  ["cut", ["Ctrl", "X"]],
  ["copy", ["Ctrl", "C"]],
  ["paste", ["Ctrl", "V"]],
  ["undo", ["Ctrl", "Z"]],
  ["search", ["Ctrl", "K"]],
  ["help", ["?"]],
] as const;

export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("files.shortcuts");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("title")} description={t("body")}>
      <dl className="divide-y">
        {shortcuts.map(([name, keys]) => (
          <div key={name} className="flex items-center justify-between gap-4 py-1.5">
            <dt>{t(name)}</dt>
            <dd className="flex shrink-0 gap-1">
              {keys.map((key) => (
                <kbd key={key} className="rounded-md border bg-canvas px-1.5 font-sans text-xs leading-6">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
