"use client";

import type { File } from "@holdfast/contract";
import { useState } from "react";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { cn } from "@/lib/cn";
import { contentUrl } from "../navigation/links";

/** Only pictures that browsers draw everywhere, and none so large that a page of them would be slow. */
const drawable = /^image\/(png|jpeg|gif|webp|avif|svg\+xml)$/;
const largest = 3_000_000;

type Drawable = Pick<File, "id" | "name" | "kind" | "fileType" | "fileSize" | "etag">;

/** A picture's own small view; the icon stands in until it is there, and where there is none. */
export function Thumbnail({ file, small }: { file: Drawable; small?: boolean }) {
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const able =
    file.kind === "file" && drawable.test(file.fileType ?? "") && file.fileSize <= largest && state !== "failed";
  return (
    <span className={cn("relative grid shrink-0 place-items-center", small ? "size-8" : "h-28 w-full")}>
      {state !== "shown" && <FileIcon file={file} className={small ? undefined : "size-14"} />}
      {able && (
        <img
          src={contentUrl(file.id, "inline")}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onLoad={() => setState("shown")}
          onError={() => setState("failed")}
          className={cn(
            "absolute inset-0 size-full rounded-[inherit] object-cover transition-opacity",
            small && "rounded-md",
            state === "shown" ? "opacity-100" : "opacity-0",
          )}
        />
      )}
    </span>
  );
}
