"use client";

import { Plus, Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { ChannelDialog } from "./channel-dialog";
import { ChannelRow } from "./channel-row";
import { useAlertChannels } from "./queries";

/** To whom alerts are sent, each with what became of the last message. */
export function Channels() {
  const t = useTranslations("operateAlerts.channels");
  const query = useAlertChannels();
  const [adding, setAdding] = useState(false);
  const add = (
    <Button size="sm" variant="primary" onClick={() => setAdding(true)}>
      <Plus />
      {t("add")}
    </Button>
  );
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <p className="max-w-xl text-ink-muted">{t("body")}</p>
        {query.data && query.data.items.length > 0 && add}
      </div>
      {query.isPending ? (
        <SkeletonRows rows={2} className="overflow-hidden rounded-2xl border" />
      ) : query.error ? (
        <ErrorState
          title={t("notLoaded")}
          error={query.error}
          onRetry={() => void query.refetch()}
          className="rounded-2xl border"
        />
      ) : query.data.items.length === 0 ? (
        <EmptyState icon={<Send />} title={t("emptyTitle")} body={t("emptyBody")}>
          {add}
        </EmptyState>
      ) : (
        <ul className="divide-y overflow-hidden rounded-2xl border">
          {query.data.items.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} sendsMail={query.data.mail} />
          ))}
        </ul>
      )}
      <ChannelDialog open={adding} onClose={() => setAdding(false)} />
    </>
  );
}
