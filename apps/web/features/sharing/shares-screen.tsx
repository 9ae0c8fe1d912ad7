"use client";

import type { ListedShare, ShareFilter } from "@holdfast/contract";
import { listShares } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link2, Search } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Select } from "@/components/form/select";
import { Dialog } from "@/components/overlay/dialog";
import { PageHeader } from "@/components/page/page-header";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import { AccessLog } from "./access-log";
import { LinkCard } from "./link-card";
import { ReachWarning } from "./reach-warning";
import { folderOf } from "./share-facts";
import { ShareRow } from "./share-row";

const filters = ["all", "active", "exhausted", "expired", "revoked"] as const satisfies readonly (
  | ShareFilter
  | "all"
)[];
type Filter = (typeof filters)[number];

/** All my links on one page: what each allows, how often it was used, and the way to end it. */
export function SharesScreen() {
  const t = useTranslations("sharing");
  const [open, setOpen] = useState<ListedShare | null>(null);
  const [text, setText] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const q = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: keys.sharesFound(filter, q),
    queryFn: ({ pageParam }) =>
      call(listShares, {
        query: { q: q || undefined, state: filter === "all" ? undefined : filter, cursor: pageParam, limit: 100 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const shares = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = open && (shares.find((share) => share.id === open.id) ?? open);
  const first = shares[0];
  const narrowed = q !== "" || filter !== "all";
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        <div className="relative min-w-0 flex-1">
          <Search aria-hidden="true" className="pointer-events-none absolute top-3 left-2.5 size-4 text-ink-muted" />
          <input
            type="search"
            value={text}
            maxLength={200}
            onChange={(event) => setText(event.target.value)}
            aria-label={t("search")}
            placeholder={t("search")}
            className="h-10 w-full min-w-40 rounded-lg bg-sunken pr-3 pl-8.5 text-sm placeholder:text-ink-muted hover:bg-hover sm:w-60"
          />
        </div>
        <Select
          label={t("filter")}
          value={filter}
          onValueChange={setFilter}
          items={filters.map((value) => ({ value, label: t(`filters.${value}`) }))}
          className="w-36 text-sm"
        />
      </PageHeader>
      {first && <ReachWarning url={first.url} className="mx-4 my-3 sm:mx-6" />}
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : shares.length === 0 && narrowed ? (
        <EmptyState icon={<Search />} title={t("foundNothing")}>
          <Button
            onClick={() => {
              setText("");
              setFilter("all");
            }}
          >
            {t("showAll")}
          </Button>
        </EmptyState>
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
        title={shown ? visibleName(shown.fileName) : ""}
        description={shown ? t("location", { path: folderOf(shown) ?? t("root") }) : undefined}
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
