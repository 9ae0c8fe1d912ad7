"use client";

import { Search } from "lucide-react";
import { useState } from "react";
import messages from "@/messages/en.json";

const words = messages.reference;

/** Narrows the page to the operations whose method, path or summary has every word. They stay what the server has sent. */
export function OperationSearch() {
  const [found, setFound] = useState<number>();
  const onInput = (text: string) => {
    const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of document.querySelectorAll<HTMLElement>("[data-operations]")) {
      let some = false;
      for (const entry of group.querySelectorAll<HTMLElement>("details")) {
        const head = entry.querySelector("summary")?.textContent?.toLowerCase() ?? "";
        entry.hidden = !wanted.every((word) => head.includes(word));
        if (!entry.hidden) count++;
        some ||= !entry.hidden;
      }
      group.hidden = !some;
    }
    setFound(wanted.length > 0 ? count : undefined);
  };
  return (
    <div className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-1">
      <div className="relative w-full sm:w-80">
        <Search aria-hidden="true" className="pointer-events-none absolute top-3 left-3 size-4 text-ink-muted" />
        <input
          type="search"
          onInput={(event) => onInput(event.currentTarget.value)}
          aria-label={words.search}
          placeholder={words.search}
          className="h-10 w-full rounded-lg border border-line-strong/60 bg-surface pr-3 pl-9 text-sm placeholder:text-ink-muted"
        />
      </div>
      <output className="block text-ink-muted">
        {found !== undefined && (found === 0 ? words.nothingFound : `${found} ${words.found}`)}
      </output>
    </div>
  );
}
