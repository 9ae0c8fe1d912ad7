"use client";

import type { NodeView } from "@holdfast/contract";
import { adminListNodes } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import { useTranslations } from "next-intl";
import { Meter } from "@/components/feedback/progress";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { keys } from "@/lib/query";
import { SystemHeader } from "../system-header";

/** Which processes there are, and how they are. */
export function NodesScreen() {
  const t = useTranslations("nodes");
  const query = useQuery({ queryKey: keys.nodes, queryFn: () => call(adminListNodes), refetchInterval: 10_000 });
  return (
    <>
      <SystemHeader page="nodes" />
      {query.data ? (
        query.data.items.length === 0 ? (
          <EmptyState icon={<Server />} title={t("emptyTitle")} body={t("emptyBody")} />
        ) : (
          <ul className="grid w-full max-w-5xl gap-3 px-4 pt-6 pb-12 sm:grid-cols-2 sm:px-6">
            {query.data.items.map((node) => (
              <NodeCard key={node.id} node={node} />
            ))}
          </ul>
        )
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </>
  );
}

function NodeCard({ node }: { node: NodeView }) {
  const t = useTranslations("nodes");
  const used = 1 - node.memoryAvailable / Math.max(1, node.memoryTotal);
  return (
    <li className="flex min-w-0 flex-col gap-4 rounded-xl border p-4">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold">{node.host}</h2>
          <p className="text-ink-muted text-[0.8125rem]">
            {t(`roles.${node.role === "worker" ? "worker" : "api"}`)} · {t("process", { pid: String(node.pid) })}
          </p>
        </div>
        <Badge tone={node.alive ? "success" : "danger"}>{t(node.alive ? "alive" : "silent")}</Badge>
      </div>
      <div>
        <p className="mb-1.5 flex justify-between gap-3 text-[0.8125rem] tabular-nums">
          <span className="text-ink-muted">{t("memory")}</span>
          {t("memoryOf", {
            used: formatBytes(node.memoryTotal - node.memoryAvailable),
            total: formatBytes(node.memoryTotal),
          })}
        </p>
        <Meter label={t("memory")} value={used} />
        <p className="mt-1.5 text-[0.8125rem] text-ink-muted tabular-nums">
          {t("memoryOwn", { own: formatBytes(node.memoryUsed) })}
        </p>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-[0.8125rem]">
        <dt className="text-ink-muted">{t("load")}</dt>
        <dd className="text-right tabular-nums">{t("loadOf", { load: node.load.toFixed(2), count: node.cores })}</dd>
        <dt className="text-ink-muted">{t("version")}</dt>
        <dd className="truncate text-right">{[node.version, node.revision].filter(Boolean).join(" · ")}</dd>
        <dt className="text-ink-muted">Node</dt>
        <dd className="text-right tabular-nums">{node.nodeVersion}</dd>
        <dt className="text-ink-muted">{t("started")}</dt>
        <dd className="text-right">
          <Time at={node.startedAt} style="full" />
        </dd>
        {!node.alive && (
          <>
            <dt className="text-ink-muted">{t("seen")}</dt>
            <dd className="text-right">
              <Time at={node.seenAt} style="full" />
            </dd>
          </>
        )}
      </dl>
    </li>
  );
}
