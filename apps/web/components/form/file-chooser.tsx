"use client";

import type { RefObject } from "react";

type FileChooserProps = {
  /** Its `click()` opens the browser's own dialog. */
  ref: RefObject<HTMLInputElement | null>;
  label: string;
  /** A folder with all that is in it, instead of files. */
  folder?: boolean;
  onFiles: (files: FileList) => void;
};

/** The browser's own choice of files; the same ones can be chosen again. */
export function FileChooser({ ref, label, folder = false, onFiles }: FileChooserProps) {
  return (
    <input
      ref={ref}
      type="file"
      multiple
      hidden
      {...(folder && { webkitdirectory: "" })}
      aria-label={label}
      onChange={(event) => {
        if (event.target.files) onFiles(event.target.files);
        event.target.value = "";
      }}
    />
  );
}
