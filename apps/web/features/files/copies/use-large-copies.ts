"use client";

import type { Copy } from "@holdfast/contract";
import { cancelCopy, listCopies } from "@holdfast/contract/client";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";

/** Asked each time: what was true a moment ago is what the event says is not true any more. */
const followed = { queryKey: keys.copies, queryFn: () => call(listCopies), staleTime: 0 };
/** Events come sooner, but some may be lost. */
const askedEveryMs = 5_000;

/** Asks how far the copies of large folders are: when one begins here, or an event says that there is one. */
export function followCopies(client: QueryClient): void {
  void client.fetchQuery(followed).catch(() => {});
}

/** A message for each copy of a large folder, from this page or another, for as long as it takes and when it has ended. */
export function useLargeCopies(): void {
  const t = useTranslations("files");
  const format = useFormatter();
  const fail = useFailure();
  const client = useQueryClient();
  const { data } = useQuery({ ...followed, enabled: false });
  const running = useRef(new Set<string>());
  const copies = data?.items;
  const waits = copies?.some(({ status }) => status === "running") ?? false;

  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => followCopies(client), askedEveryMs);
    return () => clearInterval(timer);
  }, [waits, client]);

  useEffect(() => {
    const stop = (copy: Copy) =>
      call(cancelCopy, { params: { id: copy.id } }).then(
        () => followCopies(client),
        (error) => fail(error),
      );
    for (const copy of copies ?? []) {
      const id = `copy-${copy.id}`;
      const name = visibleName(copy.name);
      if (copy.status === "running") {
        running.current.add(copy.id);
        const { entriesTotal: total, entriesDone: done } = copy;
        const progress = total === null ? null : { done: format.number(done), total: format.number(total) };
        const description = progress ? t("copyingDone", progress) : t("copyingCounts");
        const action = { label: t("copyStop"), onClick: () => void stop(copy) };
        toast(t("copying", { name }), { id, description, duration: Number.POSITIVE_INFINITY, action });
        continue;
      }
      // What ended before this page was opened is no news.
      if (!running.current.delete(copy.id)) continue;
      toast.dismiss(id);
      const ended = copy.error ? { description: copy.error, duration: 20_000 } : {};
      if (copy.status === "completed") toast.success(t("copiedOne", { name }), ended);
      else if (copy.status === "failed") toast.error(t("notCopied", { count: 1, name }), ended);
      else toast.info(t("copyStopped", { name }), ended);
    }
  }, [copies, client, t, format, fail]);
}
