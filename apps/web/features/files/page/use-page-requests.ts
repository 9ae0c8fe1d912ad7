"use client";

import type { File } from "@holdfast/contract";
import { useEffect, useEffectEvent } from "react";
import { type Asked, onAsked, takeAsked } from "../navigation/asked";
import { onReveal, takeRevealed } from "../navigation/reveal";

type Answers = {
  pointAt: (id: string) => void;
  preview: (file: File) => void;
  /** What else the page is asked for. */
  asked: Record<Asked, () => void>;
};

/** What other places of the product ask of the files page: an entry in its folder, or one of the page's dialogs. */
export function usePageRequests(folderId: string | null, { pointAt, preview, asked }: Answers): void {
  useEffect(() => {
    // From the search: the file is selected in its folder and opened at once. From the uploads: only selected.
    const reveal = () => {
      const entry = takeRevealed(folderId);
      if (!entry) return;
      pointAt(entry.id);
      if (entry.file) preview(entry.file);
    };
    reveal();
    return onReveal(reveal);
  }, [folderId, pointAt, preview]);

  const answer = useEffectEvent(() => {
    const what = takeAsked();
    if (what) asked[what]();
  });
  useEffect(() => {
    answer();
    return onAsked(() => answer());
  }, []);
}
