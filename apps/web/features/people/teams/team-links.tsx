"use client";

import type { Space } from "@holdfast/contract";
import { listShares, revokeShare } from "@holdfast/contract/client";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link2, Unlink } from "lucide-react";
import { useTranslations } from "next-intl";
import { IconButton } from "@/components/button/icon-button";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { FileName } from "@/components/text/file-name";
import { Time } from "@/components/text/time";
import { call, problemOf } from "@/lib/api";
import { visibleName } from "@/lib/safe-name";
import { toast } from "@/lib/toast";

/** Every link into a team that works, with who made it. */
export function TeamLinks({ team }: { team: Space }) {
  const t = useTranslations("teams");
  const confirm = useConfirm();
  const client = useQueryClient();
  const queryKey = ["shares", "team", team.id];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      call(listShares, { query: { spaceId: team.id, state: "active", cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const links = query.data?.pages.flatMap((page) => page.items) ?? [];
  const revoke = async (id: string, name: string) => {
    const yes = await confirm({
      title: t("revokeTitle", { name: visibleName(name) }),
      body: t("revokeBody"),
      action: t("revoke"),
      danger: true,
    });
    if (!yes) return;
    try {
      await call(revokeShare, { params: { id } });
      toast.success(t("revoked"));
      await client.invalidateQueries({ queryKey });
    } catch (error) {
      toast.error(problemOf(error).message);
    }
  };
  if (query.isPending) return <SkeletonRows rows={3} />;
  if (query.error)
    return <ErrorState title={t("linksNotLoaded")} error={query.error} onRetry={() => void query.refetch()} />;
  if (links.length === 0) return <EmptyState icon={<Link2 />} title={t("noLinks")} body={t("noLinksBody")} />;
  return (
    <>
      <ul aria-label={t("tab.links")} className="divide-y rounded-xl border">
        {links.map((link) => (
          <li key={link.id} className="flex items-center gap-3 px-3 py-2.5 sm:px-4">
            <Link2 aria-hidden="true" className="size-4.5 shrink-0 text-ink-muted" />
            <span className="min-w-0 flex-1">
              <FileName name={link.fileName} className="font-medium" />
              <span className="block truncate text-ink-muted text-xs">
                {t("linkBy", { name: link.madeBy.name })} · <Time at={link.createdAt} />
                {link.label && ` · ${link.label}`}
              </span>
            </span>
            <IconButton
              label={t("revoke")}
              spoken={t("revokeName", { name: link.fileName })}
              variant="danger-ghost"
              onClick={() => void revoke(link.id, link.fileName)}
            >
              <Unlink />
            </IconButton>
          </li>
        ))}
      </ul>
      <LoadMore query={query} />
    </>
  );
}
