"use client";

import { listShares, type Share } from "@holdfast/contract";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link2, Unlink } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { buttonClass } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Dialog } from "@/components/dialog";
import { LoadMore } from "@/components/load-more";
import { MenuItem, MenuPopup, MenuRoot, MoreMenuButton } from "@/components/menu";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/state";
import { Time } from "@/components/time";
import { FileIcon } from "@/features/files/file-icon";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { AccessLog } from "./access-log";
import { LinkCard, useRevoke } from "./link-card";
import { ShareFacts, StateBadge } from "./share-facts";

/** All my links on one page: what each allows, how often it was used, and the way to end it. */
export function SharesScreen() {
  const t = useTranslations("sharing");
  const [open, setOpen] = useState<Share | null>(null);
  const query = useInfiniteQuery({
    queryKey: keys.shares(),
    queryFn: ({ pageParam }) => call(listShares, { query: { cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const shares = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = open && (shares.find((share) => share.id === open.id) ?? open);
  return (
    <>
      <PageHeader title={t("title")} body={t("body")} />
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : shares.length === 0 ? (
        <EmptyState icon={<Link2 />} title={t("emptyTitle")} body={t("emptyBody")}>
          <Link href="/files" className={buttonClass({ variant: "primary" })}>
            {t("toFiles")}
          </Link>
        </EmptyState>
      ) : (
        <>
          <ul className="divide-y border-b">
            {shares.map((share) => (
              <ShareRow key={share.id} share={share} onOpen={() => setOpen(share)} />
            ))}
          </ul>
          <LoadMore query={query} />
        </>
      )}
      <Dialog
        open={open !== null}
        onOpenChange={(next) => !next && setOpen(null)}
        title={shown?.fileName ?? ""}
        className="sm:max-w-xl"
      >
        {shown && (
          <>
            <LinkCard share={shown} onGone={() => setOpen(null)} />
            <AccessLog shareId={shown.id} />
          </>
        )}
      </Dialog>
    </>
  );
}

function ShareRow({ share, onOpen }: { share: Share; onOpen: () => void }) {
  const t = useTranslations("sharing");
  const revoke = useRevoke();
  const dead = share.state === "revoked" || share.state === "expired";
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover/60 sm:px-6">
      <FileIcon
        file={{ name: share.fileName, kind: share.fileKind, fileType: null }}
        className={dead ? "opacity-50" : ""}
      />
      <button type="button" onClick={onOpen} className="min-w-0 flex-1 rounded-md text-left">
        <span className="flex items-center gap-2">
          <span className="truncate font-medium">{share.fileName}</span>
          <StateBadge state={share.state} />
        </span>
        <span className="flex flex-wrap gap-x-1 text-ink-muted text-xs">
          <ShareFacts share={share} />
        </span>
      </button>
      <div className="hidden w-40 text-right text-ink-muted text-xs leading-5 lg:block">
        <p>{t("opened", { count: share.accessCount })}</p>
        {share.lastAccessAt && (
          <p>
            {t("lastAccess")} <Time at={share.lastAccessAt} />
          </p>
        )}
      </div>
      {share.state !== "revoked" && (
        <>
          <CopyButton text={share.url} variant="ghost" size="icon" label={t("copyLinkTo", { name: share.fileName })} />
          <MenuRoot>
            <MoreMenuButton label={t("actionsFor", { name: share.fileName })} />
            <MenuPopup align="end" label={t("actionsFor", { name: share.fileName })}>
              <MenuItem icon={<Link2 />} onClick={onOpen}>
                {t("edit")}
              </MenuItem>
              <MenuItem icon={<Unlink />} danger onClick={() => void revoke(share)}>
                {t("revoke")}
              </MenuItem>
            </MenuPopup>
          </MenuRoot>
        </>
      )}
    </li>
  );
}
