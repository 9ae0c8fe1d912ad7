"use client";

import { Search } from "lucide-react";

/** Narrows a list by what is typed. */
export function SearchBox({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (text: string) => void;
}) {
  return (
    <div className="relative max-sm:w-full">
      <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-muted" />
      <input
        type="search"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-label={label}
        placeholder={label}
        className="h-9 w-full rounded-lg bg-sunken pr-3 pl-8.5 text-sm placeholder:text-ink-muted hover:bg-hover sm:w-52 [&::-webkit-search-cancel-button]:grayscale"
      />
    </div>
  );
}
