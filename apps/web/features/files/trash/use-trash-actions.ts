"use client";

import { emptyTrash } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useConfirm } from "@/components/overlay/confirm";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useFileActions } from "../actions/use-file-actions";

/**
 * Of a team's trash, or one's own. What can be done with what is in the trash; what cannot be undone is asked for first.
 * @param onDone nothing of it is there any more
 */
export function useTrashActions(spaceId: string | null, onDone: () => void) {
  const t = useTranslations("trash");
  const client = useQueryClient();
  const confirm = useConfirm();
  const actions = useFileActions();
  const restore = async (ids: readonly string[]) => {
    await actions.restore(ids);
    onDone();
  };
  const destroy = async (ids: readonly string[]) => {
    const yes = await confirm({
      title: t("destroyTitle", { count: ids.length }),
      body: t("destroyBody"),
      action: t("destroy"),
      danger: true,
    });
    if (!yes) return;
    await actions.destroy(ids);
    onDone();
  };
  const empty = async () => {
    const yes = await confirm({
      title: t("emptyTitle"),
      body: t("destroyBody"),
      action: t("emptyAction"),
      danger: true,
    });
    if (!yes) return;
    try {
      await call(emptyTrash, { query: { spaceId: spaceId ?? undefined } });
    } catch (error) {
      actions.fail(error, empty, { repeatable: true });
    }
    await client.invalidateQueries({ queryKey: keys.trash });
    actions.changedEverywhere();
  };
  return {
    restore: (ids: readonly string[]) => void restore(ids),
    destroy: (ids: readonly string[]) => void destroy(ids),
    empty: () => void empty(),
  };
}

export type TrashActions = ReturnType<typeof useTrashActions>;
