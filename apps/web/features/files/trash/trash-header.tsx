"use client";

import { getFile, getTrashTotals } from "@holdfast/contract/client";
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
  /** A team's; null: one's own. */
  spaceId: string | null;
  actions: TrashActions;
};

/** How much the trash holds and for how long, and what can be done with the selection or all of it. */
export function TrashHeader({ chosen, nothing, spaceId, actions }: TrashHeaderProps) {
  const t = useTranslations("trash");
  const settings = useSettings();
  const team = useQuery({
    queryKey: keys.file(spaceId ?? "root"),
    queryFn: () => call(getFile, { params: { id: spaceId ?? "" } }),
    enabled: spaceId !== null,
  });
  // Editors of a team bring things back; its managers empty its trash, and see how much that would be.
  const empties = spaceId === null || team.data?.role === "manager";
  const totals = useQuery({
    queryKey: [...keys.trashTotals, spaceId],
    queryFn: () => call(getTrashTotals, { query: { spaceId: spaceId ?? undefined } }),
    enabled: empties,
  });
  const { files = 0, bytes = 0, complete = true } = totals.data ?? {};
  const size = files > 0 && t(complete ? "holds" : "holdsMore", { files, size: formatBytes(bytes) });
  return (
    <PageHeader
      title={team.data ? t("titleOf", { team: team.data.name }) : t("title")}
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
        !nothing &&
        empties && (
          <Button onClick={actions.empty}>
            <Trash2 />
            {t("emptyAction")}
          </Button>
        )
      )}
    </PageHeader>
  );
}
