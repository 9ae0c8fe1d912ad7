"use client";

import { useEffect, useMemo, useSyncExternalStore } from "react";
import { listingOf, type View } from "./listing";

const never = () => () => {};

/**
 * What a folder shows. A filter works on what is here when everything is; else the server filters.
 * `version` rises with each change of `items`.
 */
export function useListing(view: View) {
  const { folderId, sort, order, q } = view;
  const whole = useMemo(() => listingOf({ folderId, sort, order, q: "" }), [folderId, sort, order]);
  // The page server draws the order that is usual; the one of this device is known right after, and only that is read.
  const known = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const wholeVersion = useSyncExternalStore(known ? whole.subscribe : never, whole.getVersion, () => 0);
  const local = q === "" || whole.done;
  const filtered = useMemo(
    () => (local ? whole : listingOf({ folderId, sort, order, q })),
    [local, whole, folderId, sort, order, q],
  );
  const version = useSyncExternalStore(known ? filtered.subscribe : never, filtered.getVersion, () => 0);
  useEffect(() => filtered.revisit(), [filtered]);
  const items = useMemo(() => {
    void wholeVersion;
    void version;
    if (!q || !local) return filtered.items;
    const wanted = q.toLocaleLowerCase();
    return whole.items.filter((item) => item.name.toLocaleLowerCase().includes(wanted));
  }, [filtered, whole, q, local, version, wholeVersion]);
  return {
    listing: filtered,
    items,
    version,
    ready: filtered.ready,
    done: filtered.done,
    error: filtered.error,
  };
}
