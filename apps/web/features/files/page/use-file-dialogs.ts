"use client";

import type { File } from "@holdfast/contract";
import { useMemo, useState } from "react";
import type { MoveRequest } from "../actions/commands";

/** What each dialog of the files page shows; closed with null or false. */
type Shown = {
  preview: File | null;
  details: File | null;
  sharing: File | null;
  moving: MoveRequest | null;
  /** The name of a new folder is asked for. */
  naming: boolean;
  helping: boolean;
};

const nothing: Shown = { preview: null, details: null, sharing: null, moving: null, naming: false, helping: false };

/** Which dialogs are open. What opens and closes them is the same each time. */
export function useFileDialogs() {
  const [shown, setShown] = useState(nothing);
  const show = useMemo(() => {
    const setting =
      <Name extends keyof Shown>(name: Name) =>
      (value: Shown[Name]) =>
        setShown((old) => ({ ...old, [name]: value }));
    return {
      preview: setting("preview"),
      details: setting("details"),
      sharing: setting("sharing"),
      moving: setting("moving"),
      naming: setting("naming"),
      helping: setting("helping"),
    };
  }, []);
  return { shown, show };
}

export type FileDialogs = ReturnType<typeof useFileDialogs>;
