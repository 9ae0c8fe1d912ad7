"use client";

import { listSessions, logout, revokeSession } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { agentName } from "@/lib/agent";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";

/** Where I am signed in, and the way to end each. */
export function SessionList() {
  const t = useTranslations("account");
  const client = useQueryClient();
  const fail = useFailure();
  const query = useQuery({ queryKey: keys.sessions, queryFn: () => call(listSessions) });
  const act = async (work: () => Promise<unknown>) => {
    try {
      await work();
      toast.success(t("sessionEnded"));
    } catch (error) {
      fail(error, () => act(work));
    }
    await client.invalidateQueries({ queryKey: keys.sessions });
  };
  if (query.isPending) return <div className="skeleton h-24" />;
  if (query.error)
    return (
      <ErrorState
        title={t("sessionsNotLoaded")}
        error={query.error}
        onRetry={() => void query.refetch()}
        className="py-4"
      />
    );
  const others = query.data.items.filter((session) => !session.current).length;
  return (
    <>
      <ul className="divide-y rounded-xl border">
        {query.data.items.map((session) => (
          <li key={session.id} className="flex items-center gap-3 p-3">
            <MonitorSmartphone aria-hidden="true" className="size-5 shrink-0 text-ink-muted" />
            <div className="min-w-0 flex-1">
              <p className="truncate">
                {agentName(session.userAgent) || t("unknownDevice")}
                {session.current && (
                  <Badge tone="success" className="ml-2">
                    {t("thisSession")}
                  </Badge>
                )}
              </p>
              <p className="truncate text-ink-muted text-xs">
                {session.ip} · <Time at={session.lastUsedAt ?? session.createdAt} style="full" />
              </p>
            </div>
            {!session.current && (
              <Button
                size="sm"
                aria-label={t("signOutName", { name: agentName(session.userAgent) || t("unknownDevice") })}
                onClick={() => void act(() => call(revokeSession, { params: { id: session.id } }))}
              >
                {t("endSession")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {others > 0 && (
        <Button
          className="mt-3"
          variant="danger-ghost"
          onClick={() => void act(() => call(logout, { body: { scope: "others" } }))}
        >
          {t("endOthers")}
        </Button>
      )}
    </>
  );
}
