"use client";

import { listMentionable } from "@holdfast/contract/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { call } from "@/lib/api";
import { cn } from "@/lib/cn";
import { visibleName } from "@/lib/safe-name";

type Person = { id: string; name: string };

/** People who may see the file and whose name holds what was typed; null: nobody is asked for. */
export function useMentionable(fileId: string, q: string | null) {
  const [chosen, setChosen] = useState({ q, index: 0 });
  const query = useQuery({
    queryKey: ["mentionable", fileId, q],
    queryFn: () => call(listMentionable, { params: { id: fileId }, query: { q: q ?? "" } }),
    enabled: q !== null,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  const items: readonly Person[] = q === null ? [] : (query.data?.items ?? []);
  const active = chosen.q === q ? Math.min(chosen.index, Math.max(0, items.length - 1)) : 0;
  /** Whether the key was for the list. */
  const onKey = (event: KeyboardEvent, pick: (person: Person) => void, close: () => void): boolean => {
    if (items.length === 0) return false;
    if (event.key === "ArrowDown") setChosen({ q, index: (active + 1) % items.length });
    else if (event.key === "ArrowUp") setChosen({ q, index: (active + items.length - 1) % items.length });
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab")
      pick(items[active] as Person);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { items, active, onKey };
}

type PickerProps = {
  id: string;
  label: string;
  picker: ReturnType<typeof useMentionable>;
  onPick: (person: Person) => void;
};

/** Below the text that is written. The keys stay in the text. */
export function MentionPicker({ id, label, picker: { items, active }, onPick }: PickerProps) {
  return (
    <div
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the text above is its field, which a select has not
      role="listbox"
      aria-label={label}
      className={cn(
        "absolute top-full left-0 z-10 mt-1 max-h-56 w-full max-w-xs overflow-y-auto rounded-xl border bg-raised p-1.5 shadow-float",
        items.length === 0 && "hidden",
      )}
    >
      {items.map((person, index) => (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the text's, which names this as active
        <div
          key={person.id}
          id={`${id}-${index}`}
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- in a list that is no select
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          // The text keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(person)}
          className={cn(
            "flex min-h-9 cursor-default select-none items-center truncate rounded-md px-2.5 text-sm",
            index === active ? "bg-hover" : "hover:bg-hover",
          )}
        >
          {visibleName(person.name)}
        </div>
      ))}
    </div>
  );
}
