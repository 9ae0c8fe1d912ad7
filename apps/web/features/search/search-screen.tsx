"use client";

import type { File, SearchKind } from "@holdfast/contract";
import { Search, SearchX } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Preview } from "@/features/entries/preview/lazy";
import { type SearchHit, useSearch } from "@/features/entries/search/use-search";
import { contentUrl, folderPath } from "@/features/files/navigation/links";
import { reveal } from "@/features/files/navigation/reveal";
import { folderOf } from "@/lib/own-space";
import { searchKinds, searchPath } from "./links";
import { SearchField } from "./search-field";
import { SearchRow } from "./search-row";

/** All results, best first, read on as one scrolls. The address says what was looked for, so that Back and a reload keep it. */
export function SearchScreen() {
  const t = useTranslations("search");
  const router = useRouter();
  const params = useSearchParams();
  const asked = params.get("q") ?? "";
  const kind = searchKinds.find((each) => each === params.get("kind"));
  const [text, setText] = useState(asked);
  const q = useDeferredValue(asked.trim());
  const { query, items } = useSearch(q, kind);
  const [preview, setPreview] = useState<File | null>(null);
  const previewable = useMemo(() => items.filter((item) => item.kind === "file"), [items]);
  const typed = useRef(asked);
  useEffect(() => {
    // The palette was used on this page, or Back.
    if (typed.current !== asked) setText(asked);
    typed.current = asked;
  }, [asked]);
  const change = (nextQ: string, nextKind: SearchKind | undefined) => {
    typed.current = nextQ;
    window.history.replaceState(null, "", searchPath(nextQ, nextKind));
  };
  const open = (file: SearchHit) => (file.kind === "folder" ? router.push(folderPath(file.id)) : setPreview(file));
  const showInFolder = (file: SearchHit) => {
    reveal({ id: file.id, folderId: folderOf(file) });
    router.push(folderPath(folderOf(file)));
  };
  const done = !query.hasNextPage;
  return (
    <>
      <title>{`${asked ? t("titleOf", { query: asked }) : t("title")} · Holdfast`}</title>
      <h1 className="sr-only">{asked ? t("titleOf", { query: asked }) : t("title")}</h1>
      <SearchField
        text={text}
        onText={(next) => {
          setText(next);
          change(next, kind);
        }}
        kind={kind}
        onKind={(next) => change(text, next)}
      />
      {q === "" ? (
        <EmptyState icon={<Search />} title={t("title")} body={t("hint")} />
      ) : query.isPending ? (
        <SkeletonRows />
      ) : query.error && items.length === 0 ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : items.length === 0 && done ? (
        <EmptyState icon={<SearchX />} title={t("nothing", { query: q })} body={t("hint")} />
      ) : (
        <>
          <output className="block px-4 pt-2.5 pb-1 text-ink-muted text-sm sm:px-6">
            {done ? t("count", { count: items.length }) : t("countSoFar", { count: items.length })}
          </output>
          <ul aria-label={t("titleOf", { query: q })} className="divide-y border-b">
            {items.map((file) => (
              <SearchRow
                key={file.id}
                file={file}
                onOpen={() => open(file)}
                onShowInFolder={() => showInFolder(file)}
              />
            ))}
          </ul>
          <ReadOn query={query} />
        </>
      )}
      <Preview
        file={preview}
        files={previewable}
        onChange={setPreview}
        urlOf={(file, disposition) => contentUrl(file.id, disposition)}
      />
    </>
  );
}

type Pages = ReturnType<typeof useSearch>["query"];

/** Reads on as its place comes near; the button is for the keyboard, and for where reading failed. */
function ReadOn({ query }: { query: Pages }) {
  const place = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, error } = query;
  useEffect(() => {
    const at = place.current;
    if (!at || !hasNextPage || isFetchingNextPage || error) return;
    const watching = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && void fetchNextPage(),
      { rootMargin: "600px" },
    );
    watching.observe(at);
    return () => watching.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, error]);
  return (
    <div ref={place}>
      <LoadMore query={query} />
    </div>
  );
}
