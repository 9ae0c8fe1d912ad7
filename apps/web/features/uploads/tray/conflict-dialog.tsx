"use client";

import { useTranslations } from "next-intl";
import { useSyncExternalStore } from "react";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/overlay/dialog";
import type { UploadEngine } from "../engine";
import type { ConflictChoice } from "../types";

const choices: readonly ConflictChoice[] = ["replace", "rename", "skip"];

/** Asks once for everything that was dropped together. Closing it is skipping. */
export function ConflictDialog({ engine }: { engine: UploadEngine }) {
  const t = useTranslations("uploads");
  const { store } = engine;
  useSyncExternalStore(store.subscribe, store.getSnapshot, () => 0);
  if (store.totals().counts.conflict === 0) return null;
  const clashes = store.withStatus("conflict");
  const [first] = clashes;
  if (!first) return null;
  const inBatch = clashes.filter((item) => item.batchId === first.batchId);
  const decide = (choice: ConflictChoice) => engine.decide(first.batchId, choice);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && decide("skip")}
      title={t("conflictTitle", { count: inBatch.length, name: first.name })}
      description={t("conflictBody")}
    >
      <ul className="mb-4 max-h-40 overflow-y-auto rounded-lg bg-sunken px-3 py-2 text-sm">
        {inBatch.slice(0, 50).map((item) => (
          <li key={item.id} className="truncate py-0.5">
            {item.dir ? `${item.dir}/${item.name}` : item.name}
          </li>
        ))}
        {inBatch.length > 50 && (
          <li className="py-0.5 text-ink-muted">{t("andMore", { count: inBatch.length - 50 })}</li>
        )}
      </ul>
      <div className="flex flex-col gap-2">
        {choices.map((choice) => (
          <Button
            key={choice}
            size="lg"
            variant={choice === "rename" ? "primary" : "secondary"}
            className="h-auto min-h-12 flex-col gap-0 py-1.5"
            onClick={() => decide(choice)}
          >
            {t(`conflict.${choice}`)}
            <span className="font-normal text-xs opacity-85">{t(`conflict.${choice}Hint`)}</span>
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
