"use client";

import { getTrashTotals } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { PageHeader } from "@/components/page/page-header";
import { useSettings } from "@/features/auth/session";
import { call } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { keys } from "@/lib/query";
import type { TrashActions } from "./use-trash-actions";

type TrashHeaderProps = {
  /** The ids of what is selected. */
  chosen: readonly string[];
  /** There is nothing in the list. */
  nothing: boolean;
  actions: TrashActions;
};

/** How much the trash holds and for how long, and what can be done with the selection or all of it. */
export function TrashHeader({ chosen, nothing, actions }: TrashHeaderProps) {
  const t = useTranslations("trash");
  const settings = useSettings();
  const totals = useQuery({ queryKey: keys.trashTotals, queryFn: () => call(getTrashTotals) });
  const { files = 0, bytes = 0, complete = true } = totals.data ?? {};
  const size = files > 0 && t(complete ? "holds" : "holdsMore", { files, size: formatBytes(bytes) });
  return (
    <PageHeader
      title={t("title")}
      body={
        settings.data && (
          <>
            {t("body", { count: settings.data.trashDays })}
            {size && ` ${size}`}
          </>
        )
      }
    >
      {chosen.length > 0 ? (
        <>
          <Button variant="primary" onClick={() => actions.restore(chosen)}>
            <RotateCcw />
            {t("restoreChosen", { count: chosen.length })}
          </Button>
          <Button variant="danger-ghost" onClick={() => actions.destroy(chosen)}>
            {t("destroy")}
          </Button>
        </>
      ) : (
        !nothing && (
          <Button onClick={actions.empty}>
            <Trash2 />
            {t("emptyAction")}
          </Button>
        )
      )}
    </PageHeader>
  );
}
