"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RestoreSource } from "../restores/restore-dialog";
import { personOf } from "./snapshot-path";
import type { Snapshot } from "./use-snapshot";
import { pathOf, type SnapshotListing } from "./use-snapshot-listing";

/** What would be restored now, and the dialog for it once it is asked for. */
export function useRestore({ backup, part, path, instance }: Snapshot, { query, selection }: SnapshotListing) {
  const t = useTranslations("backups.snapshot");
  const [source, setSource] = useState<RestoreSource | null>(null);
  const { selected, all, except } = selection;
  // Everything of a folder is the folder itself, however many pages of it have been read.
  const whole = (all && except.size === 0) || selected.length === 0;
  const paths = whole ? (path ? [path] : null) : selected.map(pathOf);
  // Of everything but some, what has not been read has to be named as well.
  const unread = all && !whole && query.hasNextPage;
  const person = instance ? personOf(paths ?? []) : null;

  /** The paths of all that is selected, once the folder has been read to its end; null where that failed, which the list says. */
  const readRest = async (): Promise<string[] | null> => {
    for (;;) {
      const read = await query.fetchNextPage();
      if (read.isError || !read.data) return null;
      if (read.hasNextPage) continue;
      const entries = read.data.pages.flatMap((page) => page.items);
      return entries.map(pathOf).filter((one) => !except.has(one));
    }
  };
  const ask = async () => {
    if (!backup) return;
    const chosenPaths = unread ? await readRest() : paths;
    if (unread && chosenPaths === null) return;
    const [first] = selected;
    const count = chosenPaths?.length ?? 0;
    const what = whole ? path.split("/").at(-1) || null : count === 1 && first ? first.name : t("count", { count });
    setSource({ backup, part, paths: chosenPaths, what, person });
  };
  return {
    source,
    close: () => setSource(null),
    ask: () => void ask(),
    /** Of the backup of an instance, only what is one person's can be restored from here. */
    possible: backup !== undefined && (!instance || Boolean(person)),
    whole,
  };
}

export type Restoring = ReturnType<typeof useRestore>;
